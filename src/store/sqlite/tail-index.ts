import type { Database } from 'better-sqlite3';
import {
  cursorOf,
  LOG_ENTRY_COLUMNS,
  type LogEntry,
  type LogEntryRow,
  logEntryOf,
  MESSAGE,
  pairKey,
} from './log-entry.js';

/** A numbered place, in an inbox or in a conversation, and where the log has it. */
export interface Place {
  readonly number: number;
  readonly pos: number;
}

/** A part of the log up to `upTo`, indexed in memory. */
class Part {
  readonly inboxes = new Map<number, Place[]>();
  readonly conversations = new Map<number, Place[]>();
  /** For each user the peers, in the order of their last message, with its cursor. */
  readonly latest = new Map<number, Map<number, number>>();

  constructor(public upTo: number) {}

  add(entry: LogEntry): void {
    if (entry.recipient <= 0) return;
    this.addSide(entry, entry.sender, entry.recipient);
    if (entry.sender !== entry.recipient) this.addSide(entry, entry.recipient, entry.sender);
    if (entry.kind !== MESSAGE) return;
    const place = { number: entry.seq, pos: entry.pos };
    push(this.conversations, pairKey(entry.sender, entry.recipient), place);
  }

  private addSide(entry: LogEntry, user: number, peer: number): void {
    const cursor = cursorOf(entry, user);
    push(this.inboxes, user, { number: cursor, pos: entry.pos });
    if (entry.kind !== MESSAGE) return;
    const latest = this.latest.get(user) ?? new Map<number, number>();
    this.latest.set(user, latest);
    latest.delete(peer);
    latest.set(peer, cursor);
  }
}

/**
 * The end of the log that the indexes in the database don't cover, as the transaction that reads now sees it. It follows
 * the log by reading it on, so it needs nothing from the writer but what was committed.
 */
export class TailIndex {
  private parts: Part[] = [new Part(Number.POSITIVE_INFINITY)];
  private seen = 0;
  private sealedTo = 0;
  private readonly state;
  private readonly log;

  constructor(database: Database) {
    this.state = database.prepare<[string], number>('SELECT value FROM state WHERE name = ?').pluck();
    this.log = database
      .prepare<[number], LogEntryRow>(`SELECT ${LOG_ENTRY_COLUMNS} FROM log WHERE pos > ? ORDER BY pos`)
      .raw();
  }

  /** Within a transaction: takes in what was committed since the last one. */
  follow(): void {
    const indexedTo = this.state.get('indexed_to') ?? 0;
    const sealedTo = this.state.get('sealed_to') ?? 0;
    this.split(sealedTo);
    this.parts = this.parts.filter(({ upTo }) => upTo > indexedTo);
    this.seen = Math.max(this.seen, indexedTo);
    for (const row of this.log.iterate(this.seen)) {
      const entry = logEntryOf(row);
      this.seen = entry.pos;
      this.parts.find(({ upTo }) => entry.pos <= upTo)?.add(entry);
    }
  }

  /** Ascending. */
  inbox(user: number): Place[] {
    return this.parts.flatMap(({ inboxes }) => inboxes.get(user) ?? []);
  }

  /** Ascending. */
  conversation(one: number, other: number): Place[] {
    return this.parts.flatMap(({ conversations }) => conversations.get(pairKey(one, other)) ?? []);
  }

  /** Each peer and the cursor of the last message, latest first. */
  latest(user: number): Map<number, number> {
    const byPeer = new Map<number, number>();
    for (const { latest } of this.parts.toReversed()) {
      for (const [peer, cursor] of [...(latest.get(user) ?? [])].reverse()) {
        if (!byPeer.has(peer)) byPeer.set(peer, cursor);
      }
    }
    return byPeer;
  }

  /** What is added from now on goes to a part of its own, so that all up to `sealedTo` can be dropped at once. */
  private split(sealedTo: number): void {
    const open = this.parts.at(-1);
    if (open === undefined || sealedTo === this.sealedTo) return;
    this.sealedTo = sealedTo;
    open.upTo = Math.max(sealedTo, this.seen);
    this.parts.push(new Part(Number.POSITIVE_INFINITY));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
