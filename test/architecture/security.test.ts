import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const NAMED = /`(test\/[\w./-]+)`: ((?:"[^"]+"(?:, )?)+)/g;

/** The rows of the table, with the tests that each one names. */
function threats(): { readonly row: string; readonly tests: readonly (readonly [file: string, title: string])[] }[] {
  const rows = readFileSync('SECURITY.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => ({
    row,
    tests: [...row.matchAll(NAMED)].flatMap(([, file = '', titles = '']) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => [file, title] as const),
    ),
  }));
}

describe('SECURITY.md', () => {
  it('names a test for each threat', () => {
    const rows = threats();
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([]);
  });

  it('names only tests that are there', () => {
    const missing = threats()
      .flatMap(({ tests }) => tests)
      .filter(([file, title]) => !existsSync(file) || !readFileSync(file, 'utf8').includes(title));
    expect(missing).toEqual([]);
  });
});
