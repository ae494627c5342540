import type { UserId } from '../model/ids.js';
import { ONLINE } from '../model/place.js';
import type { Attendance, AttendanceChange } from './attendance.js';
import type { BusNote } from './ports/bus.js';
import type { Clock } from './ports/clock.js';
import type { WriteQueue } from './write-queue.js';

/** So many are found to be gone at a time; the rest as soon as other things had their turn. */
const GONE_AT_ONCE = 1_000;

/** A store that does not answer is not waited for longer when the node stops. */
const STOP_WITHIN_MS = 2_000;

export interface PresenceParts {
  readonly attendance: Pick<Attendance, 'enter' | 'leave' | 'has'>;
  readonly writes: Pick<WriteQueue, 'add'>;
  readonly clock: Clock;
  /** Who comes back within this time was not gone [MP-7.2]. */
  readonly offlineAfterMs: number;
  /** Calls back once, after so many milliseconds. */
  readonly later: (afterMs: number, call: () => void) => void;
  /** Told once of each coming and going of a session of this node, and when that was. */
  readonly announce?: ((userId: UserId, isHere: boolean, at: number) => void) | undefined;
}

interface Going {
  readonly seenAt: number;
  readonly dueMs: number;
  /** The last session was one of this node, which therefore is to note it. */
  readonly isOurs: boolean;
}

/** Who is online, as watchers see it: at once who comes, and who goes when it has lasted. */
export class Presence {
  /** Who has no session any more and still counts as online; the one who went first is the first. */
  private readonly going = new Map<UserId, Going>();
  private isWaiting = false;
  private entering: UserId | undefined;
  private leaving: UserId | undefined;
  private listener: (userId: UserId, seenAt: number) => void = () => undefined;

  constructor(private readonly parts: PresenceParts) {}

  /** Told when somebody came or is gone; `seenAt` is when he went, or 0. It may be told again. */
  watch(listener: (userId: UserId, seenAt: number) => void): void {
    this.listener = listener;
  }

  isOnline(userId: UserId): boolean {
    return this.going.has(userId) || this.parts.attendance.has(ONLINE, userId);
  }

  /** A session of this node began. */
  enter(userId: UserId): void {
    this.entering = userId;
    this.parts.attendance.enter(ONLINE, userId);
    this.entering = undefined;
  }

  /** A session of this node ended. */
  leave(userId: UserId): void {
    this.leaving = userId;
    this.parts.attendance.leave(ONLINE, userId);
    this.leaving = undefined;
  }

  /** A user came or went, on all nodes together. */
  readonly attended = ({ place, userId, here }: AttendanceChange): void => {
    if (place !== ONLINE) return;
    if (here) {
      if (this.going.delete(userId)) return;
      this.listener(userId, 0);
      if (this.entering === userId) this.parts.announce?.(userId, true, this.parts.clock.now());
      return;
    }
    const { clock, offlineAfterMs } = this.parts;
    const dueMs = clock.monotonicMs() + offlineAfterMs;
    this.going.set(userId, { seenAt: clock.now(), dueMs, isOurs: this.leaving === userId });
    this.wait(offlineAfterMs);
  };

  /** What is known of a user is erased: that he was here is not noted then. */
  readonly hear = (note: BusNote): void => {
    if (note.kind !== 'erased') return;
    const going = this.going.get(note.userId);
    if (going !== undefined) this.going.set(note.userId, { ...going, isOurs: false });
  };

  /** The node stops: notes of everyone who goes with it when that was, as far as there is time. */
  stop(): Promise<void> {
    return Promise.race([this.noteAll(), new Promise<void>((resolve) => this.parts.later(STOP_WITHIN_MS, resolve))]);
  }

  private async noteAll(): Promise<void> {
    while (this.going.size > 0) {
      const noted: Promise<void>[] = [];
      for (const [userId, { seenAt, isOurs }] of this.going) {
        this.going.delete(userId);
        if (isOurs) noted.push(new Promise((resolve) => this.note(userId, seenAt, resolve)));
        if (noted.length >= GONE_AT_ONCE) break;
      }
      await Promise.all(noted);
    }
  }

  private wait(ms: number): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.parts.later(ms, () => this.look());
  }

  private look(): void {
    this.isWaiting = false;
    const now = this.parts.clock.monotonicMs();
    let gone = 0;
    for (const [userId, { seenAt, dueMs, isOurs }] of this.going) {
      if (gone >= GONE_AT_ONCE || dueMs > now) return this.wait(Math.max(1, Math.ceil(dueMs - now)));
      gone += 1;
      this.going.delete(userId);
      this.listener(userId, seenAt);
      // Who begins to watch before it is stored is told the time when it is.
      if (isOurs) this.note(userId, seenAt, () => this.listener(userId, seenAt));
    }
  }

  /** A user of this node is gone. If the store is busy, the last time that was noted stays. */
  private note(userId: UserId, seenAt: number, done: () => void): void {
    this.parts.announce?.(userId, false, seenAt);
    this.parts.writes.add({ kind: 'seen', userId, seenAt }, done);
  }
}
