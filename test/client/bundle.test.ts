import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const CLIENT = join(import.meta.dirname, '../../mini-program-client');
const LIB = join(CLIENT, 'miniprogram/lib/minim.js');

describe('the built library', () => {
  it('in the mini-program folder is what the sources give, and each bundle is below 23 500 bytes', () => {
    const report = execFileSync(process.execPath, [join(CLIENT, 'build.mjs'), '--check'], { encoding: 'utf8' });
    const sizes = [...report.matchAll(/^(\S+): (\d+) bytes$/gm)].map(([, path, bytes]) => ({
      path,
      bytes: Number(bytes),
    }));
    expect(sizes.map(({ path }) => path)).toEqual(['dist/minim.mjs', 'dist/minim.cjs', 'miniprogram/lib/minim.js']);
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThan(23_500);
    expect(statSync(LIB).size).toBeLessThan(23_500);
  }, 60_000);

  it('is ES2017: nothing in it has to be translated for older phones', () => {
    const code = readFileSync(LIB, 'utf8');
    const translated = transformSync(code, { target: 'es2017' }).code;
    expect(translated === transformSync(code, { target: 'esnext' }).code).toBe(true);
  });

  it('asks for no module, and for no global but what every host has', () => {
    const code = readFileSync(LIB, 'utf8');
    expect(code).not.toMatch(/\brequire\b|\bimport\b/);
    expect(code).not.toMatch(/\b(window|document|globalThis|process|Buffer|WebSocket|localStorage)\b/);
  });

  it('has types that stand by themselves, in a program without Node and without a DOM', () => {
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2017,
      lib: ['lib.es2017.d.ts'],
      types: [],
    };
    const types = join(CLIENT, 'miniprogram/lib/minim.d.ts');
    const program = ts.createProgram([types], options);
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
    expect(readFileSync(types, 'utf8')).not.toMatch(/^import |from '/m);
  });
});

describe('the sources', () => {
  it('depend on nothing, and are compiled where Node and a DOM do not exist', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8'));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const { compilerOptions } = JSON.parse(readFileSync(join(CLIENT, 'tsconfig.json'), 'utf8'));
    expect(compilerOptions).toMatchObject({ lib: ['es2017'], types: [], target: 'es2017' });
  });
});
