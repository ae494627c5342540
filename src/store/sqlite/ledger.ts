import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { canonicalJson, sameJson } from '../../model/same-json.js';
import { BROADCAST, type LogEntry, MESSAGE, RECALL } from './log-entry.js';
import type { MessageNames } from './message-names.js';
import { Numbering, type PairHead } from './numbering.js';
import { Tail } from './tail.js';
import {
  OUTCOME_KINDS,
  OUTCOME_SLOTS,
  type OutcomeKind,
  type PackedOutcomes,
  type PackedWrites,
  WRITE_KINDS,
  WRITE_SLOTS,
} from './wire.js';

/** A row of the log as idempotency and recall look at it. */
interface LogRow {
  readonly pos: number;
  readonly kind: number;
  readonly sender: number;
  readonly recipient: number;
  readonly seq: number;
  readonly cursor: number;
  readonly recipient_cursor: number;
  readonly sent_at: number;
  readonly target: number | null;
  readonly recalled_by: number | null;
  readonly content: string | null;
}

/** A send or a recall, as it was handed over. */
interface Entered {
  readonly kind: number;
  readonly id: string | null;
  readonly content: string | null;
  readonly sentAt: number;
  readonly expiresAt: number | null;
  readonly target: number | null;
}

/** Where the outcome of a write goes. */
type Answer = (kind: OutcomeKind, ...numbers: readonly number[]) => void;

/** Applies writes one after the other, within the transaction that its caller has begun. */
export class Ledger {
  private readonly numbering: Numbering;
  private readonly tail: Tail;
  private readonly sql;
  private lastPos = 0;
  private lastBroadcast = 0;

  constructor(
    database: Database,
    private readonly names: MessageNames,
    private readonly maxDevices: number,
    tailEntries: number,
  ) {
    this.numbering = new Numbering(database);
    this.tail = new Tail(database, tailEntries, this.numbering);
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
    const [kind, user, other, id, content, first, second] = packed.slice(at, at + WRITE_SLOTS);
    const name = WRITE_KINDS[Number(kind)];
    if (name === 'confirm') return this.confirm(String(user), String(other), Number(first), Number(second), answer);
    if (name === 'revoke') return this.revoke(String(user), Number(first), answer);
    if (name === 'read') return this.read(String(user), String(other), Number(first), answer);
    const entered = {
      kind: Number(kind),
      id: id === null ? null : String(id),
      content: content === null ? null : String(content),
      sentAt: Number(first),
      expiresAt: name === 'message' && second !== null ? Number(second) : null,
      target: name === 'recall' ? (this.names.placeOf(String(other)) ?? 0) : null,
    };
    const sender = this.numbering.user(String(user)).no;
    const recipient = name === 'message' ? this.numbering.user(String(other)).no : 0;
    const repeated = entered.id === null ? undefined : this.numbering.sentAs(sender, entered.id);
    if (repeated !== undefined) return this.repeat(entered, recipient, repeated, answer);
    if (name === 'recall') return this.recall(entered, sender, Number(second), answer);
    if (name === 'broadcast') this.broadcast(entered, sender, answer);
    else this.message(entered, sender, recipient, answer);
    return undefined;
  }

  private message(entered: Entered, sender: number, recipient: number, answer: Answer): void {
    const pair = this.numbering.pair(sender, recipient);
    const isLow = sender <= recipient;
    const entry = this.enter(entered, sender, recipient, {
      seq: pair.seq + 1,
      lowCount: pair.lowCount + (isLow ? 1 : 0),
      previous: cursorIn(pair, isLow),
      recipientPrevious: cursorIn(pair, recipient <= sender),
    });
    answer('stored', entry.pos, entry.seq, entered.sentAt, entry.cursor, entry.recipientCursor);
  }

  private broadcast(entered: Entered, sender: number, answer: Answer): void {
    this.lastBroadcast += 1;
    const entry = this.enter(entered, sender, 0, {
      seq: this.lastBroadcast,
      lowCount: 0,
      previous: 0,
      recipientPrevious: 0,
    });
    this.sql.addBroadcast.run(entry.seq, entry.pos);
    answer('stored', entry.pos, entry.seq, entered.sentAt, 0, 0);
  }

  private recall(entered: Entered, sender: number, notBefore: number, answer: Answer): string | undefined {
    const target = this.sql.row.get(entered.target ?? 0);
    if (target?.kind !== MESSAGE) return void answer('not_found');
    if (target.sender !== sender) return void answer('forbidden');
    if (target.recalled_by !== null) return this.repeat(entered, 0, target.recalled_by, answer);
    if (target.sent_at < notBefore) return void answer('too_late');
    const { seq, recipient } = target;
    const entry = this.enter(entered, sender, recipient, { seq, lowCount: 0, previous: 0, recipientPrevious: 0 });
    this.sql.forget.run(entry.pos, digestOf(target.content ?? ''), target.pos);
    answer('stored', target.pos, seq, entered.sentAt, entry.cursor, entry.recipientCursor);
    return this.sql.userId.get(recipient);
  }

  /** Answers a write that was stored before, at `pos`. */
  private repeat(entered: Entered, recipient: number, pos: number, answer: Answer): string | undefined {
    const first = this.sql.row.get(pos);
    if (first === undefined || !isSame(entered, recipient, first)) return void answer('conflict');
    answer('duplicate', first.target ?? pos, first.seq, first.sent_at, first.cursor, first.recipient_cursor);
    return first.kind === RECALL ? this.sql.userId.get(first.recipient) : undefined;
  }

  /** Gives the next numbers, and adds a row to the log. */
  private enter(
    { kind, id, content, sentAt, expiresAt, target }: Entered,
    sender: number,
    recipient: number,
    numbers: Pick<LogEntry, 'seq' | 'lowCount' | 'previous' | 'recipientPrevious'>,
  ): LogEntry {
    this.lastPos += 1;
    const pos = this.lastPos;
    const isInboxed = kind !== BROADCAST;
    const cursor = isInboxed ? this.numbering.head(sender) + 1 : 0;
    const recipientCursor = recipient === sender || !isInboxed ? cursor : this.numbering.head(recipient) + 1;
    const { seq, lowCount, previous, recipientPrevious } = numbers;
    const entry = { pos, kind, sender, recipient, ...numbers, cursor, recipientCursor, id };
    this.sql.add.run(
      [pos, kind, sender, recipient, seq, cursor, recipientCursor, lowCount, previous, recipientPrevious],
      [sentAt, expiresAt, target, null, id, content],
    );
    this.numbering.note(entry);
    this.tail.add(entry);
    return entry;
  }

  private confirm(userId: string, deviceId: string, cursor: number, seenAt: number, answer: Answer): undefined {
    const known = this.numbering.existingUser(userId);
    if (cursor > (known?.head ?? 0)) return void answer('above_head');
    const { no } = known ?? this.numbering.user(userId);
    const deliveredBefore = this.sql.delivered.get(no) ?? 0;
    const confirmed = this.sql.confirm.get(no, deviceId, cursor, seenAt) ?? cursor;
    const { changes: forgotten } = this.sql.forgetDevices.run(no, no, deviceId, this.maxDevices);
    const delivered = Math.max(deliveredBefore, confirmed);
    if (delivered > deliveredBefore) this.sql.setDelivered.run(delivered, no);
    answer('confirmed', 0, delivered, 0, confirmed, forgotten, deliveredBefore);
  }

  private revoke(userId: string, notBefore: number, answer: Answer): undefined {
    const { no } = this.numbering.user(userId);
    answer('revoked', 0, this.sql.revoke.get(notBefore, no) ?? notBefore);
  }

  private read(userId: string, peerId: string, seq: number, answer: Answer): undefined {
    const user = this.numbering.existingUser(userId);
    const peer = this.numbering.existingUser(peerId);
    const head = user !== undefined && peer !== undefined ? this.numbering.pair(user.no, peer.no).seq : 0;
    if (seq > head) return void answer('above_head');
    if (user === undefined || peer === undefined) return void answer('read', 0, 0);
    const before = this.sql.readMark.get(user.no, peer.no) ?? 0;
    if (seq > before) this.sql.setReadMark.run(user.no, peer.no, seq);
    answer('read', 0, Math.max(seq, before), 0, 0, 0, before);
  }
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
    userId: database.prepare<[number], string>('SELECT id FROM user WHERE no = ?').pluck(),
    delivered: number<[number]>('SELECT delivered FROM user WHERE no = ?'),
    setDelivered: database.prepare<[number, number]>('UPDATE user SET delivered = ? WHERE no = ?'),
    confirm: number<[number, string, number, number]>(
      `INSERT INTO device VALUES (?, ?, ?, ?) ON CONFLICT (user, id) DO UPDATE
       SET cursor = max(cursor, excluded.cursor), seen_at = max(seen_at, excluded.seen_at) RETURNING cursor`,
    ),
    // The one that is here now is seen last, whatever the clock did since the others were.
    forgetDevices: database.prepare<[number, number, string, number]>(
      `DELETE FROM device WHERE user = ? AND id IN
       (SELECT id FROM device WHERE user = ? ORDER BY id <> ?, seen_at DESC, id LIMIT -1 OFFSET ?)`,
    ),
    revoke: number<[number, number]>(
      'UPDATE user SET not_before = max(not_before, ?) WHERE no = ? RETURNING not_before',
    ),
    readMark: number<[number, number]>('SELECT seq FROM read_mark WHERE user = ? AND peer = ?'),
    setReadMark: database.prepare<[number, number, number]>('INSERT OR REPLACE INTO read_mark VALUES (?, ?, ?)'),
  };
}

function cursorIn(pair: PairHead, low: boolean): number {
  return low ? pair.lowCursor : pair.highCursor;
}

/** Whether a write under an id that is taken is what was stored under it. */
function isSame(entered: Entered, recipient: number, first: LogRow): boolean {
  if (entered.kind !== first.kind) return false;
  if (entered.kind === RECALL) return entered.target === first.target;
  if (recipient !== first.recipient) return false;
  const content = entered.content ?? '';
  if (first.recalled_by !== null) return digestOf(content) === first.content;
  return sameJson(content, first.content ?? '');
}

/** What is kept of a content that is to be forgotten: enough to know it again. */
function digestOf(content: string): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
