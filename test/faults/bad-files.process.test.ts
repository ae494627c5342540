import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sender } from '../support/sender.js';
import { startAndFail, startServerForTest } from '../support/server.js';

describe('a node with a database file that is', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'minim-files-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const database = () => join(directory, 'minim.db');

  /**
   * What a node leaves behind that was stopped. What a kill leaves is tried in `test/contract/sqlite-files`, where it is
   * known whether the log covers what is missing, and so makes it good.
   */
  async function fill(): Promise<void> {
    const server = await startServerForTest({ env: { MINIM_DATA_DIR: directory } });
    const sender = new Sender({ userId: 'A', recipients: ['B'] });
    const enough = new AbortController();
    const sent = sender.run(server.ws, enough.signal);
    await expect.poll(() => sender.acked.length, { timeout: 10_000 }).toBeGreaterThan(2000);
    enough.abort();
    await sent;
    await server.stop();
  }

  function cutInHalf(): void {
    truncateSync(database(), Math.floor(statSync(database()).size / 2));
  }

  function contents(): Map<string, string> {
    const names = readdirSync(directory).filter((name) => /^minim\.db(-wal)?$/.test(name));
    return new Map(names.map((name) => [name, readFileSync(join(directory, name), 'base64')]));
  }

  it.each<[what: string, make: () => Promise<void> | void, reason: RegExp]>([
    ['garbage', () => writeFileSync(database(), 'This is no database. '.repeat(1000)), /is not a database/],
    ['a few bytes', () => writeFileSync(database(), 'SQLite'), /is not a database/],
    ['cut off in the middle', () => fill().then(cutInHalf), /is cut off: \d+ bytes of \d+/],
    [
      'garbage beyond its first page',
      async () => {
        await fill();
        const bytes = readFileSync(database());
        writeFileSync(database(), bytes.fill('garbage!', 4096));
      },
      /cannot be (?:used|opened): database disk image is malformed/,
    ],
  ])('%s ends its start with one line and code 1, and leaves the file as it is', async (_what, make, reason) => {
    await make();
    const before = contents();
    const { code, log } = await startAndFail({ MINIM_DATA_DIR: directory });
    expect(log.trimEnd().split('\n')).toEqual([expect.stringMatching(/^minim: /)]);
    expect(log).toMatch(reason);
    expect(log).toContain(database());
    expect(code).toBe(1);
    expect(contents()).toEqual(before);
  });
});
