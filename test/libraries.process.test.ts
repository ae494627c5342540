import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const BUILT = join(import.meta.dirname, '../dist');
/** What Node adds to a CommonJS library that is imported. */
const OF_COMMONJS = new Set(['default', 'module.exports', '__esModule']);
/** Spelled out once more, so that one that is gone is missed. */
const IN_FEW_FILES = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  '@nestjs/websockets',
  'class-validator',
  'jose',
  'prom-client',
  'reflect-metadata',
];
const ofProgram = createRequire(join(BUILT, 'serve.js'));

it.each(IN_FEW_FILES)(
  'the built program has a %s in few files, with all that the installed one exports, by the same names',
  async (name) => {
    const file = ofProgram.resolve(name);
    expect(file).toBe(join(BUILT, 'node_modules', name, 'index.js'));
    const [built, installed] = await Promise.all([import(pathToFileURL(file).href), import(name)]);
    const described = (library: Record<string, unknown>) =>
      Object.entries(library)
        .filter(([each]) => !OF_COMMONJS.has(each))
        .map(([each, value]) => (isClass(value) ? `${each}, class ${value.name}` : each));
    expect(described(built).sort()).toEqual(described(installed).sort());
  },
);

it('the built program has no other libraries of its own', () => {
  const found = readdirSync(join(BUILT, 'node_modules'), { recursive: true, encoding: 'utf8' });
  const described = found.filter((file) => basename(file) === 'package.json').map(dirname);
  expect(described.sort()).toEqual(IN_FEW_FILES);
});

/** Nest goes by their names. */
function isClass(value: unknown): value is new () => unknown {
  return typeof value === 'function' && String(value).startsWith('class');
}
