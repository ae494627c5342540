import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { messageStoreContract } from './message-store.js';

/** The contract for SQLite whose indexes lag so many entries behind, which must not show. */
export async function sqliteStoreContract(name: string, tailEntries: number): Promise<void> {
  const sqlite = await compileSqliteStore();
  const directories: string[] = [];

  afterAll(() => {
    sqlite.remove();
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  messageStoreContract(name, async (limits) => {
    const directory = temporaryDirectory();
    directories.push(directory);
    return sqlite.open({ ...limits, directory, tailEntries });
  });
}
