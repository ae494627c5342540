import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { A, B, erase, message, PAGE } from './store-words.js';

const LIMITS = { maxDevices: 3, maxQueuedWrites: 2_000 };
const sqlite = await compileSqliteStore();
afterAll(() => sqlite.remove());

it.each([0, 100, 65_536])(
  'goes on with erasing a user where it ended, with indexes that lag %i entries',
  async (tailEntries) => {
    const directory = temporaryDirectory();
    const open = () => sqlite.open({ ...LIMITS, directory, tailEntries });
    let store = await open();
    await store.write(Array.from({ length: 1_200 }, () => message(A, B)));
    expect(await store.write([erase(A)])).toEqual([{ kind: 'erased', more: true }]);
    await store.close();
    store = await open();
    expect(await store.read.erasing()).toEqual([A]);
    for (const more of [true, false]) expect(await store.write([erase(A)])).toEqual([{ kind: 'erased', more }]);
    expect(await store.read.erasing()).toEqual([]);
    const { entries, head } = await store.read.inbox({ ...PAGE, limit: 2_000, userId: B, after: 0 });
    expect(head).toBe(1_200);
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['recalled']));
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  },
);
