import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const RULE = /\[(MP-\d+\.\d+)\]/g;
const RANGE = /\[MP-(\d+)\.(\d+) to MP-\d+\.(\d+)\]/g;

function rulesIn(text: string): string[] {
  const single = [...text.matchAll(RULE)].map((match) => match[1] ?? '');
  const ranges = [...text.matchAll(RANGE)].flatMap(([, section, from, to]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `MP-${section}.${Number(from) + index}`),
  );
  return [...single, ...ranges];
}

/** Every file below `folder` whose name ends so. */
function files(folder: string, ending: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

/** The rule numbers in the strings of the tests: a comment does not count. */
function rulesInTitles(): Set<string> {
  const sources = files('test', '.test.ts').map((file) => readFileSync(file, 'utf8'));
  return new Set(
    sources.flatMap((source) => rulesIn(source.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, ''))),
  );
}

describe('PROTOCOL.md', () => {
  const defined = [...readFileSync('PROTOCOL.md', 'utf8').matchAll(/^\*\*\[(MP-\d+\.\d+)\]/gm)].map(
    (match) => match[1] ?? '',
  );

  it('numbers its rules 1, 2, 3 … in each section', () => {
    const sections = new Map<string, number>();
    for (const rule of defined) {
      const [section = '', number = ''] = rule.slice(3).split('.');
      expect(Number(number), rule).toBe((sections.get(section) ?? 0) + 1);
      sections.set(section, Number(number));
    }
    expect(defined.length).toBeGreaterThan(30);
  });

  it('has every rule named by a test', () => {
    const named = rulesInTitles();
    expect(defined.filter((rule) => !named.has(rule))).toEqual([]);
  });

  it('has every rule that the code, the tests or the docs speak of', () => {
    const known = new Set(defined);
    const spoken = [
      ...files('src', '.ts'),
      ...files('test', '.ts'),
      ...files('mini-program-client/src', '.ts'),
      ...files('docs', '.md'),
      'PROTOCOL.md',
    ];
    const strangers = spoken.flatMap((file) => rulesIn(readFileSync(file, 'utf8'))).filter((rule) => !known.has(rule));
    expect(strangers).toEqual([]);
  });
});
