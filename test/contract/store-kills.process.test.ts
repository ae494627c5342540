import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { killAndCompare } from '../support/store-kills.js';

const sqlite = await compileSqliteStore();
const directory = temporaryDirectory();

afterAll(() => {
  sqlite.remove();
  rmSync(directory, { recursive: true, force: true });
});

describe('the message store on SQLite', () => {
  it('has all that it reported, once and without holes, after being killed at random moments under load', async () => {
    const { reported, ...losses } = await killAndCompare(sqlite, directory, { kills: 10, longestMs: 400 });
    expect(losses).toEqual({ lost: 0, twice: 0, holes: 0 });
    expect(reported).toBeGreaterThan(1000);
  });
});
