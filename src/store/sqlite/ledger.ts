import type { Database } from 'better-sqlite3';
import { Erasure } from './erasure.js';
import { HookWrites } from './hook-writes.js';
import { ERASED, type LogEntry, MESSAGE, RECALL, ROOM } from './log-entry.js';
import type { MessageNames } from './message-names.js';
import { Numbering, type PairHead, type UserHead } from './numbering.js';
import { digestOf, type Entered, isSame, type LogRow } from './repeats.js';
import { Rooms } from './rooms.js';
import { Tail } from './tail.js';
import { UserWrites } from './user-writes.js';
import {
  type Answer,
  OUTCOME_KINDS,
  OUTCOME_SLOTS,
  type PackedOutcomes,
  type PackedWrites,
  WRITE_KINDS,
  WRITE_SLOTS,
} from './wire.js';

export interface LedgerOptions {
  readonly maxDevices: number;
  readonly knownRecipientsOnly: boolean;
  readonly maxQueuedHooks: number;
  /** Log entries after which their index rows are written, sorted; 0 writes them with each commit. */
  readonly tailEntries: number;
}

const WAITING = WRITE_KINDS.indexOf('waiting');
const FIRST_OF_HOOKS = WRITE_KINDS.indexOf('queueHook');

/** What a timeline's entry has none of. */
const NO_CONVERSATION = { lowCount: 0, previous: 0, recipientPrevious: 0 } as const;

/** Applies writes one after the other, within the transaction that its caller has begun. */
export class Ledger {
  private readonly numbering: Numbering;
  private readonly tail: Tail;
  private readonly rooms: Rooms;
  private readonly users: UserWrites;
  private readonly hooks: HookWrites;
  private readonly erasure: Erasure;
  private readonly sql;
  private readonly knownRecipientsOnly: boolean;
  private lastPos = 0;
  private lastBroadcast = 0;

  constructor(
    database: Database,
    private readonly names: MessageNames,
    { maxDevices, knownRecipientsOnly, maxQueuedHooks, tailEntries }: LedgerOptions,
  ) {
    this.knownRecipientsOnly = knownRecipientsOnly;
    this.numbering = new Numbering(database);
    this.tail = new Tail(database, tailEntries, this.numbering);
    this.rooms = new Rooms(database);
    this.users = new UserWrites(database, this.numbering, maxDevices);
    this.hooks = new HookWrites(database, this.numbering, names, maxQueuedHooks);
    this.erasure = new Erasure(database, this.numbering);
    this.sql = statementsOf(database);
    this.reload();
  }

  get isIndexing(): boolean {
    return this.tail.isBuilding;
  }

  /** Takes everything from the database again, as after a transaction that failed. */
  reload(): void {
    const state = (name: string) => this.sql.state.get(name) ?? 0;
    this.numbering.clear();
    this.rooms.clear();
    this.hooks.clear();
    for (const entry of this.tail.reload(state('indexed_to'))) this.numbering.note(entry);
    this.lastPos = Math.max(this.sql.lastPos.get() ?? 0, state('removed_to'));
    this.lastBroadcast = Math.max(this.sql.lastBroadcast.get() ?? 0, state('broadcast_floor'));
  }

  apply(packed: PackedWrites): PackedOutcomes {
    const count = packed.length / WRITE_SLOTS;
    const numbers = new Float64Array(count * OUTCOME_SLOTS);
    const recipients: Record<number, string> = {};
    for (let index = 0; index < count; index += 1) {
      const at = index * OUTCOME_SLOTS;
      const answer: Answer = (kind, ...rest) => {
        numbers[at] = OUTCOME_KINDS.indexOf(kind);
        for (let slot = 0; slot < rest.length; slot += 1) numbers[at + 1 + slot] = rest[slot] ?? 0;
      };
      const recipient = this.applyOne(packed, index * WRITE_SLOTS, answer);
      if (recipient !== undefined) recipients[index] = recipient;
    }
    return { numbers, recipients };
  }

  /** The share of index building that goes with `writes` new ones. */
  index(writes: number): void {
    this.tail.advance(writes);
  }

  indexAll(): void {
    this.tail.finish();
  }

  releaseAll(): void {
    this.tail.releaseAll();
  }

  /** Returns the recipient of a recalled message. */
  private applyOne(packed: PackedWrites, at: number, answer: Answer): string | undefined {
    const write = packed.slice(at, at + WRITE_SLOTS);
    const [given, user, other, id, content, first, second, changed] = write;
    const isWaiting = given === WAITING;
    const kind = isWaiting ? MESSAGE : Number(given);
    if (kind >= FIRST_OF_HOOKS) return void this.hooks.apply(write, answer);
    if (kind > ROOM) return void this.ofUser(write, answer);
    const name = WRITE_KINDS[kind];
    const entered = {
      kind,
      id: textOf(id),
      content: textOf(content),
      given: textOf(changed),
      sentAt: Number(first),
      expiresAt: name === 'message' && second !== null ? Number(second) : null,
      target: name === 'recall' ? (this.names.placeOf(String(other)) ?? 0) : null,
    };
    const sender = this.numbering.user(String(user)).no;
    const repeated = entered.id === null ? undefined : this.numbering.sentAs(sender, entered.id);
    if (repeated !== undefined) return this.repeat(entered, this.existing(name, String(other)), repeated, answer);
    if (name === 'recall') return this.recall(entered, sender, Number(second), answer);
    if (name === 'message') this.message(entered, sender, String(other), isWaiting, answer);
    else if (name === 'room') this.room(entered, sender, String(other), answer);
    else this.broadcast(entered, sender, answer);
    return undefined;
  }

  /** A write that adds nothing to the log. */
  private ofUser(write: PackedWrites, answer: Answer): void {
    const [kind, user] = write;
    if (WRITE_KINDS[Number(kind)] !== 'erase') return this.users.apply(write, answer);
    answer('erased', this.erasure.step(String(user), this.lastPos) ? 1 : 0);
  }

  private message(entered: Entered, sender: number, toUserId: string, isWaiting: boolean, answer: Answer): void {
    const to = this.recipient(toUserId);
    if (to === undefined || this.users.isBlocked(to, sender)) return answer('not_taken');
    const recipient = to.no;
    const pair = this.numbering.pair(sender, recipient);
    const isLow = sender <= recipient;
    const entry = this.enter(entered, sender, recipient, {
      seq: pair.seq + 1,
      lowCount: pair.lowCount + (isLow ? 1 : 0),
      previous: cursorIn(pair, isLow),
      recipientPrevious: cursorIn(pair, recipient <= sender),
    });
    const lost = isWaiting ? this.hooks.waiting(recipient, entered.sentAt, entry.pos) : 0;
    answer('stored', entry.pos, entry.seq, entered.sentAt, entry.cursor, entry.recipientCursor, lost);
  }

  private room(entered: Entered, sender: number, name: string, answer: Answer): void {
    const room = this.rooms.room(name);
    const entry = this.enter(entered, sender, -room.no, { seq: room.head + 1, ...NO_CONVERSATION });
    this.rooms.add(room, entry.pos);
    answer('stored', entry.pos, entry.seq, entered.sentAt, 0, 0);
  }

  private broadcast(entered: Entered, sender: number, answer: Answer): void {
    this.lastBroadcast += 1;
    const entry = this.enter(entered, sender, 0, { seq: this.lastBroadcast, ...NO_CONVERSATION });
    this.sql.addBroadcast.run(entry.seq, entry.pos);
    answer('stored', entry.pos, entry.seq, entered.sentAt, 0, 0);
  }

  /** The user of this id, if messages can be sent there. Who is not known gets no number. */
  private recipient(userId: string): UserHead | undefined {
    if (!this.knownRecipientsOnly) return this.numbering.user(userId);
    const user = this.numbering.existingUser(userId);
    return user?.isSeen ? user : undefined;
  }

  /** What the log has for the recipient of this name; 0 if there is no such user or room. */
  private existing(kind: string | undefined, name: string): number {
    if (kind === 'room') return -(this.rooms.existingRoom(name)?.no ?? 0);
    return kind === 'message' ? (this.numbering.existingUser(name)?.no ?? 0) : 0;
  }

  private recall(entered: Entered, sender: number, notBefore: number, answer: Answer): string | undefined {
    const target = this.sql.row.get(entered.target ?? 0);
    if (target?.kind !== MESSAGE) return void answer('not_found');
    if (target.sender !== sender) return void answer('forbidden');
    if (target.recalled_by === ERASED) return void answer('not_found');
    if (target.recalled_by !== null) return this.repeat(entered, 0, target.recalled_by, answer);
    if (target.sent_at < notBefore) return void answer('too_late');
    const { seq, recipient } = target;
    const entry = this.enter(entered, sender, recipient, { seq, ...NO_CONVERSATION });
    this.sql.forget.run(entry.pos, digestOf(target.content ?? ''), target.pos);
    answer('stored', target.pos, seq, entered.sentAt, entry.cursor, entry.recipientCursor);
    return this.sql.userId.get(recipient);
  }

  /** Answers a write that was stored before, at `pos`. */
  private repeat(entered: Entered, recipient: number, pos: number, answer: Answer): string | undefined {
    const first = this.sql.row.get(pos);
    const isKnown = first !== undefined && isSame(entered, recipient, first, () => this.sql.changed.get(pos));
    if (!isKnown) return void answer('conflict');
    answer('duplicate', first.target ?? pos, first.seq, first.sent_at, first.cursor, first.recipient_cursor);
    return first.kind === RECALL ? this.sql.userId.get(first.recipient) : undefined;
  }

  /** Gives the next numbers, and adds a row to the log. */
  private enter(
    { kind, id, content, given, sentAt, expiresAt, target }: Entered,
    sender: number,
    recipient: number,
    numbers: Pick<LogEntry, 'seq' | 'lowCount' | 'previous' | 'recipientPrevious'>,
  ): LogEntry {
    this.lastPos += 1;
    const pos = this.lastPos;
    const isInboxed = recipient > 0;
    const cursor = isInboxed ? this.numbering.head(sender) + 1 : 0;
    const recipientCursor = recipient === sender || !isInboxed ? cursor : this.numbering.head(recipient) + 1;
    const { seq, lowCount, previous, recipientPrevious } = numbers;
    const entry = { pos, kind, sender, recipient, ...numbers, cursor, recipientCursor, id };
    this.sql.add.run(
      [pos, kind, sender, recipient, seq, cursor, recipientCursor, lowCount, previous, recipientPrevious],
      [sentAt, expiresAt, target, null, id, content],
    );
    if (given !== null) this.sql.addChanged.run(pos, digestOf(given));
    this.numbering.note(entry);
    this.tail.add(entry);
    return entry;
  }
}

function textOf(slot: PackedWrites[number] | undefined): string | null {
  return typeof slot === 'string' ? slot : null;
}

function statementsOf(database: Database) {
  const number = <P extends unknown[]>(sql: string) => database.prepare<P, number>(sql).pluck();
  return {
    state: number<[string]>('SELECT value FROM state WHERE name = ?'),
    lastPos: number<[]>('SELECT pos FROM log ORDER BY pos DESC LIMIT 1'),
    lastBroadcast: number<[]>('SELECT seq FROM broadcast ORDER BY seq DESC LIMIT 1'),
    add: database.prepare<[number[], (number | string | null)[]]>(`INSERT INTO log VALUES (${'?, '.repeat(15)}?)`),
    addBroadcast: database.prepare<[number, number]>('INSERT INTO broadcast VALUES (?, ?)'),
    row: database.prepare<[number], LogRow>(
      'SELECT pos, kind, sender, recipient, seq, cursor, recipient_cursor, sent_at, target, recalled_by, content FROM log WHERE pos = ?',
    ),
    forget: database.prepare<[number, string, number]>('UPDATE log SET recalled_by = ?, content = ? WHERE pos = ?'),
    changed: database.prepare<[number], string>('SELECT digest FROM changed WHERE pos = ?').pluck(),
    addChanged: database.prepare<[number, string]>('INSERT INTO changed VALUES (?, ?)'),
    userId: database.prepare<[number], string>('SELECT id FROM user WHERE no = ?').pluck(),
  };
}

function cursorIn(pair: PairHead, low: boolean): number {
  return low ? pair.lowCursor : pair.highCursor;
}
