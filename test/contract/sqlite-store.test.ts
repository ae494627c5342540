import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { messageStoreContract } from './message-store.js';

const sqlite = await compileSqliteStore();
const directories: string[] = [];

afterAll(() => {
  sqlite.remove();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** How far the indexes lag behind must not show. */
for (const [name, tailEntries] of [
  ['SQLite', 65_536],
  ['SQLite with indexes that follow at once', 0],
  ['SQLite with indexes that lag a little', 3],
] as const) {
  messageStoreContract(name, async (limits) => {
    const directory = temporaryDirectory();
    directories.push(directory);
    return sqlite.open({ ...limits, directory, tailEntries });
  });
}
