import type { Database } from 'better-sqlite3';
import { cursorOf, hashOf, type LogEntry, MESSAGE, pairKey } from './log-entry.js';

/** What every message to a user asks of the user. */
export interface UserHead {
  readonly no: number;
  /** The last number given in the inbox. */
  head: number;
  /** How many users this one blocks. */
  blocks: number;
  /** Was ever online. */
  isSeen: boolean;
}

/** How far a conversation has come. */
export interface PairHead {
  readonly seq: number;
  /** Messages of the user with the lower number. */
  readonly lowCount: number;
  /** Each user's cursor of the last message; 0 if there is none. */
  readonly lowCursor: number;
  readonly highCursor: number;
  readonly lastPos: number;
}

/** Users kept in memory, after which those without anything in the tail are read anew when needed. */
const MAX_USERS = 500_000;

/**
 * The numbers given last. They are kept in memory for everyone who has something in the tail; the others' are found
 * through the indexes. After a failed commit it is emptied and filled from the log again.
 */
export class Numbering {
  private users = new Map<string, UserHead>();
  private heads = new Map<number, UserHead>();
  private pairs = new Map<number, PairHead>();
  private sent = new Map<string, number>();
  private readonly find;

  constructor(database: Database) {
    const one = <P extends unknown[]>(sql: string) => database.prepare<P, number[]>(sql).raw();
    this.find = {
      user: one<[string]>('SELECT no FROM user WHERE id = ?'),
      newUser: database.prepare<[string]>('INSERT INTO user (id) VALUES (?)'),
      row: one<[number]>('SELECT floor, blocks, seen_at IS NOT NULL FROM user WHERE no = ?'),
      head: one<[number]>('SELECT cursor FROM inbox WHERE user = ? ORDER BY cursor DESC LIMIT 1'),
      pair: one<[number, number]>('SELECT pos FROM conversation WHERE low = ? AND high = ? ORDER BY seq DESC LIMIT 1'),
      entry: one<[number]>('SELECT seq, low_count, sender, cursor, recipient_cursor FROM log WHERE pos = ?'),
      removed: one<[number, number]>('SELECT seq, low_count FROM removed WHERE low = ? AND high = ?'),
      sent: one<[number, number]>('SELECT pos FROM sent WHERE sender = ? AND hash = ?'),
      id: database.prepare<[number], string | null>('SELECT id FROM log WHERE pos = ?').pluck(),
    };
  }

  /** The user of this id; numbered if it has none yet. */
  user(id: string): UserHead {
    return this.existingUser(id) ?? this.remember(id, Number(this.find.newUser.run(id).lastInsertRowid));
  }

  existingUser(id: string): UserHead | undefined {
    const known = this.users.get(id);
    if (known !== undefined) return known;
    const [no] = this.find.user.get(id) ?? [];
    return no === undefined ? undefined : this.remember(id, no);
  }

  /** The last number given in this user's inbox. */
  head(no: number): number {
    return this.headOf(no).head;
  }

  pair(one: number, other: number): PairHead {
    return this.pairs.get(pairKey(one, other)) ?? this.readPair(Math.min(one, other), Math.max(one, other));
  }

  /** Where the log has what this sender stored under this id. */
  sentAs(sender: number, id: string): number | undefined {
    const recent = this.sent.get(sentKey(sender, id));
    if (recent !== undefined) return recent;
    const found = this.find.sent.all(sender, hashOf(id));
    return found.map(([pos = 0]) => pos).find((pos) => this.find.id.get(pos) === id);
  }

  /** Takes in an entry of the log, new or read again. */
  note(entry: LogEntry): void {
    if (entry.id !== null) this.sent.set(sentKey(entry.sender, entry.id), entry.pos);
    if (entry.recipient <= 0) return;
    this.raise(entry.sender, entry.cursor);
    this.raise(entry.recipient, entry.recipientCursor);
    if (entry.kind === MESSAGE) this.pairs.set(pairKey(entry.sender, entry.recipient), pairHeadOf(entry));
  }

  /** Forgets everybody, but for what is in the tail, if they have become too many. */
  limit(tail: readonly LogEntry[]): void {
    if (this.heads.size <= MAX_USERS) return;
    this.clear();
    for (const entry of tail) this.note(entry);
  }

  /** Forgets what the indexes, which go up to `indexedTo`, say of `entry`. */
  release(entry: LogEntry, indexedTo: number): void {
    const { sender, recipient, id, pos } = entry;
    // The id may have been given again, after what was first sent under it was removed.
    if (id !== null && this.sent.get(sentKey(sender, id)) === pos) this.sent.delete(sentKey(sender, id));
    const key = pairKey(sender, recipient);
    const pair = this.pairs.get(key);
    if (pair !== undefined && pair.lastPos <= indexedTo) this.pairs.delete(key);
  }

  clear(): void {
    this.users = new Map();
    this.heads = new Map();
    this.pairs = new Map();
    this.sent = new Map();
  }

  private remember(id: string, no: number): UserHead {
    const user = this.headOf(no);
    this.users.set(id, user);
    return user;
  }

  private raise(no: number, cursor: number): void {
    const user = this.headOf(no);
    user.head = Math.max(user.head, cursor);
  }

  private headOf(no: number): UserHead {
    const known = this.heads.get(no);
    if (known !== undefined) return known;
    const [floor = 0, blocks = 0, isSeen = 0] = this.find.row.get(no) ?? [];
    const [last = 0] = this.find.head.get(no) ?? [];
    const user = { no, head: Math.max(floor, last), blocks, isSeen: isSeen === 1 };
    this.heads.set(no, user);
    return user;
  }

  private readPair(low: number, high: number): PairHead {
    const [pos] = this.find.pair.get(low, high) ?? [];
    if (pos === undefined) {
      const [seq = 0, lowCount = 0] = this.find.removed.get(low, high) ?? [];
      return { seq, lowCount, lowCursor: 0, highCursor: 0, lastPos: 0 };
    }
    const [seq = 0, lowCount = 0, sender = 0, cursor = 0, recipientCursor = 0] = this.find.entry.get(pos) ?? [];
    const entry = { sender, cursor, recipientCursor };
    return { seq, lowCount, lowCursor: cursorOf(entry, low), highCursor: cursorOf(entry, high), lastPos: pos };
  }
}

function pairHeadOf(entry: LogEntry): PairHead {
  const low = Math.min(entry.sender, entry.recipient);
  const high = Math.max(entry.sender, entry.recipient);
  const { seq, lowCount, pos } = entry;
  return { seq, lowCount, lowCursor: cursorOf(entry, low), highCursor: cursorOf(entry, high), lastPos: pos };
}

function sentKey(sender: number, id: string): string {
  return `${sender} ${id}`;
}
