import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import { killAndCompare } from '../support/store-kills.js';
import { A, B, message, stored } from './store-words.js';

const sqlite = await compileSqliteStore();
afterAll(() => sqlite.remove());

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
const isRoot = process.getuid?.() === 0;

/** Linux only. The first needs nothing, the second root for a small tmpfs, the others strace. */
describe('the message store on SQLite, for longer', () => {
  let directory = '';

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('has all that it reported, once and without holes, after 200 kills under load', async () => {
    const { reported, ...losses } = await killAndCompare(sqlite, directory, { kills: 200, longestMs: 600 });
    expect(losses).toEqual({ lost: 0, twice: 0, holes: 0 });
    expect(reported).toBeGreaterThan(20_000);
  });

  it.runIf(isRoot)('recovers by itself when a full disk has room again (needs root, for a tmpfs)', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'minim-test', directory]);
    try {
      const ballast = join(directory, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_500_000));
      const store = await sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 1000 });
      const acked: string[] = [];
      for (let run = 0; store.health().state === 'ok' && run < 10_000; run += 1) {
        const content = `"${'x'.repeat(2000)}"`;
        const outcomes = await store.write(['a', 'b', 'c'].map((id) => ({ ...message(A, B, `${run}${id}`), content })));
        acked.push(...outcomes.flatMap((outcome) => (outcome.kind === 'stored' ? [outcome.messageId] : [])));
      }
      expect(store.health()).toMatchObject({ state: 'refusing' });
      rmSync(ballast);
      const deadline = AbortSignal.timeout(10_000);
      while (store.health().state !== 'ok' && !deadline.aborted) await after(50);
      const [next] = stored(await store.write([message(A, B)]));
      expect(next?.recipientCursor).toBe(acked.length + 1);
      await store.close();
      const again = await sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 1000 });
      const page = await again.read.inbox({ userId: B, after: 0, now: 0, limit: 1e6, maxBytes: 1e9 });
      expect(page.entries.map(({ messageId }) => messageId)).toEqual([...acked, next?.messageId]);
      await again.close();
    } finally {
      execFileSync('umount', ['-l', directory]);
    }
  });

  it.runIf(has('strace')).each([
    ['EIO', 'fsync,fdatasync:error=EIO:when=30..60'],
    ['ENOSPC', 'pwrite64:error=ENOSPC:when=200..260'],
  ])('loses nothing when the storage fails with %s for a while (needs strace)', async (_, injection) => {
    const trace = join(directory, 'trace');
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(sqlite.file)});
      const store = await openSqliteStore({ directory: ${JSON.stringify(directory)}, maxDevices: 3, maxQueuedWrites: 1000 });
      const states = new Set();
      let stored = 0;
      for (let run = 0; run < 400; run += 1) {
        const [outcome] = await store.write([{ kind: 'message', fromUserId: 'A', toUserId: 'B', id: String(run), content: '1', sentAt: 1 }]);
        states.add(outcome.kind);
        if (outcome.kind === 'stored') { stored += 1; if (outcome.recipientCursor !== stored) throw new Error('a hole'); }
        else { run -= 1; await new Promise((resolve) => setTimeout(resolve, 20)); }
      }
      console.log(JSON.stringify({ states: [...states].sort(), stored, health: store.health().state }));
      process.kill(process.pid, 'SIGKILL');`;
    const script = join(directory, 'program.mjs');
    writeFileSync(script, program);
    const args = ['-f', '-qq', '-o', trace, '-e', 'trace=fsync,fdatasync,pwrite64', '-e', `inject=${injection}`];
    const child = spawn('strace', [...args, process.execPath, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, 'close');
    expect(JSON.parse(said)).toEqual({ states: ['busy', 'stored'], stored: 400, health: 'ok' });
    expect(readFileSync(trace, 'utf8')).toContain('INJECTED');
    const store = await sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 1000 });
    const { entries } = await store.read.inbox({ userId: B, after: 0, now: 0, limit: 1000, maxBytes: 1e9 });
    expect(entries.map((entry) => ('id' in entry ? entry.id : ''))).toEqual(
      Array.from({ length: 400 }, (_, run) => `${run}`),
    );
    await store.close();
  });
});
