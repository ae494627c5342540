import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageStore, StoreHealth } from '../../src/messaging/ports/message-store.js';
import type { DeviceId } from '../../src/model/ids.js';
import type { SqliteStoreOptions } from '../../src/store/sqlite/sqlite-store.js';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { A, B, block, inRoom, message, PAGE, profile, room, stored, waiting } from './store-words.js';

const sqlite = await compileSqliteStore();
afterAll(() => sqlite.remove());

describe('the message store on SQLite', () => {
  let directory = '';
  let store: MessageStore | undefined;

  const open = async (options: Partial<SqliteStoreOptions> = {}) => {
    store = await sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 10_000, ...options });
    return store;
  };
  const database = () => join(directory, 'minim.db');
  const batchOf = (count: number) => Array.from({ length: count }, () => message(A, B));
  const fill = async (count: number) => stored(await (await open()).write(batchOf(count)));

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(async () => {
    await store?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('has everything after an orderly end, and goes on with the next numbers', async () => {
    const first = await open();
    const [sent] = stored(await first.write([message(A, B, 'x')]));
    await first.close();
    const second = await open();
    expect(second.epoch).toBe(first.epoch);
    expect(await second.write([message(A, B, 'x'), message(A, B)])).toMatchObject([
      { ...sent, duplicate: true },
      { seq: 2, cursor: 2, recipientCursor: 2 },
    ]);
  });

  it('refuses a directory that this process has open already', async () => {
    await open();
    await expect(sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 1 })).rejects.toThrow(
      'in use by another process',
    );
  });

  it('refuses a directory that another process has open, and takes it once that one was killed', async () => {
    const holder = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/store-writer.mjs'), sqlite.file, directory, '1'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    holder.stdout.resume();
    await expect(open()).rejects.toThrow(`the data directory ${directory} is in use by another process`);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    expect((await open()).health()).toEqual({ state: 'ok' });
  });

  it.each([
    ['garbage', () => writeFileSync(database(), 'This is no database. '.repeat(1000)), 'is not a database'],
    ['a few bytes', () => writeFileSync(database(), 'SQLite'), 'is not a database'],
    ['another program’s database', () => new SQLite(database()).exec('CREATE TABLE t(x)').close(), 'another program'],
  ])('refuses a file that is %s, and leaves it as it is', async (_, make, reason) => {
    make();
    const before = readFileSync(database());
    await expect(open()).rejects.toThrow(reason);
    expect(readFileSync(database()).equals(before)).toBe(true);
  });

  it('refuses a file that is cut off in the middle, and leaves it as it is', async () => {
    await fill(2000);
    await store?.close();
    truncateSync(database(), Math.floor(statSync(database()).size / 2));
    const before = readFileSync(database());
    await expect(open()).rejects.toThrow(/is cut off: \d+ bytes of \d+; it is left as it is/);
    expect(readFileSync(database()).equals(before)).toBe(true);
  });

  describe('with a log beside its file', () => {
    /** The file and its log as a kill leaves them; most of what was stored is only in the log. */
    const leaveWithLog = async () => {
      const opened = await open();
      // Nothing of what is stored from here on is carried over while somebody reads what was there before.
      const reader = new SQLite(database(), { readonly: true });
      reader.exec('BEGIN; SELECT count(*) FROM user');
      const ids = stored(await opened.write(batchOf(2000))).map(({ messageId }) => messageId);
      const [file, log] = [readFileSync(database()), readFileSync(`${database()}-wal`)];
      reader.close();
      await opened.close();
      return { ids, file, log, complete: readFileSync(database()) };
    };
    const put = (file: Buffer, log: Buffer) => {
      writeFileSync(database(), file);
      writeFileSync(`${database()}-wal`, log);
      rmSync(join(directory, 'minim.epoch'));
    };

    it('takes a file that is too short, because carrying the log over was cut off', async () => {
      const { ids, file, log, complete } = await leaveWithLog();
      expect(complete.length).toBeGreaterThan(file.length);
      put(complete.subarray(0, file.length), log);
      const page = await (await open()).read.inbox({ ...PAGE, userId: B, after: 0, limit: 2000, maxBytes: 1e9 });
      expect(page.entries.map(({ messageId }) => messageId)).toEqual(ids);
    });

    it.each([0, 4096, 40_960])(
      'refuses a file of which only %i bytes are there and the log has not the rest',
      async (size) => {
        const { file, log } = await leaveWithLog();
        const cut = file.subarray(0, size);
        put(cut, log);
        await expect(open()).rejects.toThrow(/is cut off: \d+ bytes of \d+; it is left as it is/);
        expect(readFileSync(database()).equals(cut)).toBe(true);
        expect(readFileSync(`${database()}-wal`).equals(log)).toBe(true);
      },
    );
  });

  it('refuses a file that is damaged, in words', async () => {
    await fill(2000);
    await store?.close();
    writeFileSync(database(), readFileSync(database()).fill('garbage!', 4096));
    await expect(open()).rejects.toThrow(`${database()} cannot be opened: database disk image is malformed`);
  });

  it('refuses the file of a newer program, and leaves it as it is', async () => {
    await fill(1);
    await store?.close();
    const newer = new SQLite(database());
    newer.pragma('user_version = 99');
    newer.close();
    const before = readFileSync(database());
    await expect(open()).rejects.toThrow(/has version 99, and this program knows \d+: it was used by a newer Minim/);
    expect(readFileSync(database()).equals(before)).toBe(true);
  });

  it('brings a file of the first version up to date, with what is in it', async () => {
    await fill(3);
    await store?.close();
    const first = new SQLite(database());
    first.exec('DROP INDEX user_not_before; ALTER TABLE user DROP COLUMN not_before');
    for (const table of ['room', 'room_message', 'block', 'changed', 'hook', 'hook_user', 'dead_hook', 'erasing'])
      first.exec(`DROP TABLE ${table}`);
    for (const column of ['nickname', 'avatar', 'invisible', 'seen_at', 'blocks'])
      first.exec(`ALTER TABLE user DROP COLUMN ${column}`);
    first.exec(`INSERT INTO device SELECT no, 'phone', 1, 70 FROM user WHERE id = 'B'`);
    first.pragma('user_version = 1');
    first.close();
    const now = await open({ knownRecipientsOnly: true });
    expect(await now.read.user(B)).toMatchObject({ head: 3 });
    expect(await now.write([{ kind: 'revoke', userId: A, notBefore: 7 }])).toEqual([{ kind: 'revoked', notBefore: 7 }]);
    expect(await now.read.revocations()).toEqual([{ userId: A, notBefore: 7 }]);
    expect(await now.write([message(A, B), message(B, A)])).toMatchObject([{ seq: 4 }, { kind: 'not_taken' }]);
    expect(await now.read.cards([A, B])).toMatchObject([{ seenAt: 0 }, { seenAt: 70 }]);
    const since = [profile(A, { nickname: 'a' }), inRoom(A, room('hall')), block(B, A, true), message(A, B)];
    expect(await now.write(since)).toMatchObject([{}, { kind: 'stored', seq: 1 }, {}, { kind: 'not_taken' }]);
    expect(await now.read.roomHistory({ ...PAGE, room: room('hall') })).toMatchObject({
      items: [{ seq: 1 }],
      members: [{ profile: { nickname: 'a' } }],
    });
    await now.write([waiting(B, B)]);
    expect(await now.read.hookQueue()).toMatchObject({ queued: 1 });
  });

  it('begins a new epoch when an older copy was put in place, and gives no message id twice', async () => {
    const before = await fill(10);
    const { epoch } = store ?? {};
    await store?.close();
    const copy = join(directory, 'copy');
    copyFileSync(database(), copy);
    const lost = await fill(10);
    await store?.close();
    copyFileSync(copy, database());
    const after = await fill(10);
    expect(store?.epoch).not.toBe(epoch);
    expect(after[0]).toMatchObject({ seq: 11, recipientCursor: 11 });
    expect(new Set([...before, ...lost, ...after].map(({ messageId }) => messageId)).size).toBe(30);
    const page = await store?.read.inbox({ ...PAGE, userId: B, after: 9 });
    expect(page?.entries[0]?.messageId).toBe(before[9]?.messageId);
  });

  it('stops storing when the disk is full, says so, and goes on when there is room again, without losing a message', async () => {
    const states: StoreHealth['state'][] = [];
    const full = await open({ maxPages: 200, tailEntries: 100, onHealth: ({ state }) => states.push(state) });
    const content = `"${'x'.repeat(1000)}"`;
    const batch = (run: number) => [
      ...Array.from({ length: 10 }, (_, index) => ({ ...message(A, B, `${run}-${index}`), content, sentAt: run })),
      { ...inRoom(A, room('hall'), `${run}-hall`), sentAt: run },
    ];
    let run = 0;
    for (let isFull = false; !isFull && run < 1000; run += 1) {
      isFull = (await full.write(batch(run)))[0]?.kind === 'busy';
    }
    expect(full.health()).toMatchObject({ state: 'refusing', reason: expect.stringContaining('SQLITE_FULL') });
    const { head } = await full.read.user(B);
    expect(head).toBe((run - 1) * 10);
    const refused = full.write(batch(run - 1));
    // The writer has refused by now and nobody here has heard of it: what comes next must not overtake.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const next = full.write([{ kind: 'confirm', userId: B, deviceId: 'd' as DeviceId, cursor: 1, seenAt: 1 }]);
    expect(await refused).toContainEqual({ kind: 'busy' });
    expect(await next).toEqual([{ kind: 'busy' }]);
    expect(await full.removeSentBefore(run / 2, 5000)).toBeGreaterThan(10);
    const again = stored(await full.write(batch(run - 1)));
    expect(again[0]).toMatchObject({ recipientCursor: head + 1, duplicate: false });
    expect(again.at(-1)).toMatchObject({ seq: run, duplicate: false });
    expect(full.health()).toEqual({ state: 'ok' });
    expect(states).toEqual(['refusing', 'ok']);
  });

  it('leaves nothing in the directory but its own files', async () => {
    await fill(1);
    await store?.close();
    expect(readdirSync(directory).sort()).toEqual(['minim.db', 'minim.epoch', 'minim.lock']);
  });
});
