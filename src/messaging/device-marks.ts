import type { DeviceId, UserId } from '../model/ids.js';
import type { InboxEntry } from '../model/stored.js';
import type { Clock } from './ports/clock.js';
import type { StoreOutcome } from './ports/store-writes.js';
import type { Receipts } from './receipts.js';
import { RisingMark } from './rising-mark.js';
import { Unconfirmed } from './unconfirmed.js';
import type { WriteQueue } from './write-queue.js';

/** Conversations of one session whose read marks may be under way at once. */
const MAX_READS = 200;

export interface MarkParts {
  readonly writes: WriteQueue;
  readonly receipts: Receipts;
  readonly clock: Clock;
}

/** What one session says of its device: how much it has [MP-3.8], and what a person has read on it [MP-3.12]. */
export class DeviceMarks {
  /** Everything above was shown here; what has to be told of it is in `unconfirmed`. */
  private since = 0;
  // Most sessions confirm nothing for most of their lives, so these are made when they are needed.
  private cursor: RisingMark | undefined;
  private unconfirmed: Unconfirmed | undefined;
  private reads: Map<UserId, RisingMark> | undefined;

  constructor(
    private readonly userId: UserId,
    private readonly deviceId: DeviceId,
    private readonly sessionId: string,
    private readonly parts: MarkParts,
  ) {}

  /** The session has everything up to `cursor` and is shown what follows. */
  begin(cursor: number): void {
    this.since = cursor;
  }

  shown(entry: InboxEntry): void {
    if (!Unconfirmed.concerns(this.userId, entry)) return;
    this.unconfirmed ??= new Unconfirmed(this.since);
    this.unconfirmed.note(entry);
  }

  confirm(cursor: number): void {
    this.cursor ??= new RisingMark((value, done) => this.writeCursor(value, done));
    this.cursor.raise(cursor);
  }

  /**
   * The conversation with `peerId` was read up to `seq`, and so the device has it. False if too many such marks are under
   * way; `onAboveHead` is called when there is no such message.
   */
  read(peerId: UserId, seq: number, onAboveHead: () => void): boolean {
    this.reads ??= new Map();
    let mark = this.reads.get(peerId);
    if (mark === undefined) {
      if (this.reads.size >= MAX_READS) return false;
      mark = new RisingMark((value, done) => this.writeRead(peerId, value, done, onAboveHead));
      this.reads.set(peerId, mark);
    }
    mark.raise(seq);
    const cursor = this.unconfirmed?.cursorOf(peerId, seq) ?? 0;
    if (cursor > 0) this.confirm(cursor);
    return true;
  }

  /** Writes again what could not be stored. */
  retry(): void {
    this.cursor?.retry();
    for (const mark of this.reads?.values() ?? []) mark.retry();
  }

  private writeCursor(cursor: number, done: (isSettled: boolean) => void): void {
    const { userId, deviceId, parts } = this;
    parts.writes.add({ kind: 'confirm', userId, deviceId, cursor, seenAt: parts.clock.now() }, (outcome) => {
      if (outcome.kind === 'confirmed') this.tellDelivered(outcome.deliveredBefore, outcome.delivered);
      done(isSettled(outcome));
    });
  }

  private tellDelivered(before: number, now: number): void {
    const peers = this.unconfirmed?.confirm(before, now);
    if (now === before) return;
    const { receipts } = this.parts;
    if (peers !== undefined) receipts.delivered(this.userId, peers);
    else if (this.unconfirmed !== undefined || before < this.since) receipts.deliveredBetween(this.userId, before, now);
  }

  private writeRead(peerId: UserId, seq: number, done: (isSettled: boolean) => void, onAboveHead: () => void): void {
    const { userId, sessionId, parts } = this;
    parts.writes.add({ kind: 'read', userId, peerId, seq }, (outcome) => {
      if (outcome.kind === 'read' && outcome.seq > outcome.seqBefore) {
        parts.receipts.read(userId, peerId, outcome.seq, sessionId);
      }
      done(isSettled(outcome));
      if (this.reads?.get(peerId)?.isSettled) this.reads.delete(peerId);
      if (outcome.kind === 'above_head') onAboveHead();
    });
  }
}

/** Everything but `busy`: asking again would change nothing. */
function isSettled({ kind }: StoreOutcome): boolean {
  return kind !== 'busy';
}
