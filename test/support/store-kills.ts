import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import type { WriteMessage } from '../../src/messaging/ports/store-writes.js';
import type { FrameId, UserId } from '../../src/model/ids.js';
import type { InboxEntry } from '../../src/model/stored.js';
import type { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';

/** What one message was reported to be stored as. */
interface Reported {
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly id: FrameId;
  readonly messageId: string;
  readonly seq: number;
  readonly cursor: number;
  readonly recipientCursor: number;
}

const WRITER = join(import.meta.dirname, 'store-writer.mjs');

/** By every other kill at least so many messages are reported: on a slow disk a random moment may always be too early. */
const REPORTED_FIRST = 250;

/** Lets a process of its own write to a store, kills it after `ms`, and returns what it had reported by then. */
async function writeUntilKilled(compiled: string, directory: string, run: number, ms: number): Promise<Reported[]> {
  const least = run % 2 === 0 ? REPORTED_FIRST : 0;
  const child = spawn(process.execPath, [WRITER, compiled, directory, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  while (linesOf(text).length <= least && child.exitCode === null) await after(1);
  await after(ms);
  child.kill('SIGKILL');
  await ended;
  const [ready, ...lines] = linesOf(text);
  expect(ready).toBe('ready');
  return lines.filter((line) => line !== '').map(reportedIn);
}

/** Without the last, if it is not whole. */
function linesOf(text: string): string[] {
  return text.slice(0, text.lastIndexOf('\n')).split('\n');
}

function reportedIn(line: string): Reported {
  const [fromUserId = '', toUserId = '', id = '', messageId = '', ...numbers] = line.split(' ');
  const [seq = 0, cursor = 0, recipientCursor = 0] = numbers.map(Number);
  return {
    fromUserId: fromUserId as UserId,
    toUserId: toUserId as UserId,
    id: id as FrameId,
    messageId,
    seq,
    cursor,
    recipientCursor,
  };
}

interface Losses {
  readonly lost: number;
  readonly twice: number;
  readonly holes: number;
}

/** Compares what was reported with what every inbox and conversation holds. */
async function lossesOf(store: MessageStore, reported: readonly Reported[]): Promise<Losses> {
  const users = Array.from({ length: 12 }, (_, index) => `user-${index}` as UserId);
  const places = new Set<string>();
  const names: string[] = [];
  let holes = 0;
  for (const userId of users) {
    const entries = await wholeInbox(store, userId);
    holes += entries.filter(({ cursor }, index) => cursor !== index + 1).length;
    for (const { messageId, seq, cursor } of entries) places.add(`${userId} ${messageId} ${seq} ${cursor}`);
    const own = entries.filter((entry) => entry.kind === 'message' && entry.fromUserId === userId);
    names.push(...own.map((entry) => `${userId} ${'id' in entry ? entry.id : ''}`));
    for (const peerId of users) holes += await holesBetween(store, userId, peerId);
  }
  const lost = reported.filter(({ fromUserId, toUserId, messageId, seq, cursor, recipientCursor }) => {
    const isSent = places.has(`${fromUserId} ${messageId} ${seq} ${cursor}`);
    return !isSent || !places.has(`${toUserId} ${messageId} ${seq} ${recipientCursor}`);
  });
  return { lost: lost.length, twice: names.length - new Set(names).size, holes };
}

async function wholeInbox(store: MessageStore, userId: UserId): Promise<InboxEntry[]> {
  const all: InboxEntry[] = [];
  for (;;) {
    const after = all.at(-1)?.cursor ?? 0;
    const { entries, head } = await store.read.inbox({ userId, after, now: 0, limit: 1000, maxBytes: 1e9 });
    all.push(...entries);
    if (entries.length > 0) continue;
    expect(after).toBe(head);
    return all;
  }
}

async function holesBetween(store: MessageStore, userId: UserId, peerId: UserId): Promise<number> {
  let before = Number.MAX_SAFE_INTEGER;
  let holes = 0;
  for (;;) {
    const { items, more } = await store.read.history({ userId, peerId, before, now: 0, limit: 1000, maxBytes: 1e9 });
    const first = items[0]?.seq ?? 0;
    holes += items.filter(({ seq }, index) => seq !== first - index).length;
    if (before !== Number.MAX_SAFE_INTEGER && first !== before - 1) holes += 1;
    before = items.at(-1)?.seq ?? 1;
    if (!more) return holes + before - 1;
  }
}

/** Kills a writer again and again, each going on where the one before was killed, and compares in the end. */
export async function killAndCompare(
  sqlite: { readonly file: string; readonly open: typeof openSqliteStore },
  directory: string,
  { kills, longestMs }: { readonly kills: number; readonly longestMs: number },
): Promise<Losses & { readonly reported: number }> {
  const reported: Reported[] = [];
  for (let run = 1; run <= kills; run += 1) {
    reported.push(...(await writeUntilKilled(sqlite.file, directory, run, Math.random() * longestMs)));
  }
  const store = await sqlite.open({ directory, maxDevices: 3, maxQueuedWrites: 10_000 });
  const losses = await lossesOf(store, reported);
  const again = await store.write(reported.slice(-500).map(messageOf));
  const changed = again.filter((outcome) => outcome.kind !== 'stored' || !outcome.duplicate).length;
  await store.close();
  return { ...losses, twice: losses.twice + changed, reported: reported.length };
}

function messageOf({ fromUserId, toUserId, id }: Reported): WriteMessage {
  const content = `"${id.slice(id.indexOf('-') + 1)}"`;
  return { kind: 'message', fromUserId, toUserId, id, content, sentAt: 0 };
}
