import type { UserId } from '../model/ids.js';
import type { InboxEntry } from '../model/stored.js';

/** Of more than this the oldest are forgotten. */
const MAX_KEPT = 128;

interface Shown {
  readonly cursor: number;
  readonly peerId: UserId;
  readonly seq: number;
}

/** What others sent that one session was shown and that no device of its user has confirmed yet. */
export class Unconfirmed {
  private shown: Shown[] = [];

  /** `since`: everything above this number is noted here. */
  constructor(private since: number) {}

  /** Whether anybody is to be told that `userId` has this entry. */
  static concerns(userId: UserId, { kind, fromUserId }: InboxEntry): boolean {
    return kind === 'message' && fromUserId !== userId;
  }

  note({ cursor, seq, fromUserId: peerId }: InboxEntry): void {
    this.shown.push({ cursor, peerId, seq });
    if (this.shown.length > 2 * MAX_KEPT) {
      const forgotten = this.shown.splice(0, this.shown.length - MAX_KEPT);
      this.since = forgotten.at(-1)?.cursor ?? this.since;
    }
  }

  /** The number in the inbox of the conversation's last message up to `seq`; 0 if there is none here. */
  cursorOf(peerId: UserId, seq: number): number {
    return this.shown.findLast((each) => each.peerId === peerId && each.seq <= seq)?.cursor ?? 0;
  }

  /**
   * The delivered mark went from `before` to `now`: for each peer the last message in between, or `undefined` when not all
   * of that was shown here.
   */
  confirm(before: number, now: number): ReadonlyMap<UserId, number> | undefined {
    const isKnown = before >= this.since;
    const rest = this.shown.findIndex(({ cursor }) => cursor > now);
    const covered = this.shown.splice(0, rest < 0 ? this.shown.length : rest);
    if (!isKnown) return undefined;
    return new Map(covered.filter(({ cursor }) => cursor > before).map(({ peerId, seq }) => [peerId, seq]));
  }
}
