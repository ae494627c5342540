import type { UserId } from '../model/ids.js';
import type { Place } from '../model/place.js';
import { AttendanceElsewhere } from './attendance-elsewhere.js';
import { OwnAttendance } from './own-attendance.js';
import type { AttendanceNote, Bus, BusNote } from './ports/bus.js';
import type { Clock } from './ports/clock.js';

/** Between two calls of `tick`. */
export const ATTENDANCE_TICK_MS = 5_000;
/** Everyone hears an answer, so one is enough for all who ask within this time. */
const ANSWER_AGAIN_MS = 1_000;
/** Users in one note. */
const PART_USERS = 2_000;

export interface AttendanceChange {
  readonly place: Place;
  readonly userId: UserId;
  readonly here: boolean;
}

/**
 * Who is where, over all nodes: a user is in a place while any session of his is, on any node. Each node is the truth of
 * its own sessions; what it knows of others is as old as their last notes, and users of a node that is gone without a word
 * stay for some 20 seconds.
 */
export class Attendance {
  private readonly own = new OwnAttendance();
  private readonly elsewhere: AttendanceElsewhere;
  private listeners: readonly ((change: AttendanceChange) => void)[] = [];
  /** Of the last change of this node. */
  private number = 0;
  private answeredAt = Number.NEGATIVE_INFINITY;
  private owesAnswer = false;
  private stopped = false;

  /** No node ever had this `nodeId` before. */
  constructor(
    private readonly nodeId: string,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly partUsers = PART_USERS,
  ) {
    this.elsewhere = new AttendanceElsewhere(this.own, clock, (place, userId, here) =>
      this.tell({ place, userId, here }),
    );
  }

  /**
   * Tells that a user came to a place or is gone from it, on all nodes together: exactly when that begins or ends, and for
   * sessions of this node before `enter` or `leave` returns. Whoever listens must not enter or leave on the spot.
   */
  watch(listener: (change: AttendanceChange) => void): void {
    this.listeners = [...this.listeners, listener];
  }

  /** Asks all other nodes who is there, so as not to wait for their heartbeats; notes must be heard already. */
  start(): void {
    this.say({ kind: 'attendance', what: 'ask', nodeId: this.nodeId });
  }

  /** A session more of this user is there, on this node. */
  enter(place: Place, userId: UserId): void {
    if (this.own.enter(place, userId)) this.changed(place, userId, true);
  }

  /** A session fewer. */
  leave(place: Place, userId: UserId): void {
    if (this.own.leave(place, userId)) this.changed(place, userId, false);
  }

  has(place: Place, userId: UserId): boolean {
    return this.own.has(place, userId) || this.elsewhere.has(place, userId);
  }

  /** Users, each once. */
  count(place: Place): number {
    return this.own.count(place) + this.elsewhere.count(place);
  }

  /** Users with a session of this node there. */
  countHere(place: Place): number {
    return this.own.count(place);
  }

  /** Each user once: those of this node first, in the order in which they came. To be read at once. */
  *members(place: Place): Iterable<UserId> {
    yield* this.own.users(place);
    yield* this.elsewhere.users(place);
  }

  readonly hear = (note: BusNote): void => {
    const { nodeId } = this;
    if (note.kind !== 'attendance' || note.nodeId === nodeId) return;
    if (note.what === 'ask' && (note.of ?? nodeId) === nodeId) this.answer();
    if (this.elsewhere.hear(note)) this.say({ kind: 'attendance', what: 'ask', nodeId, of: note.nodeId });
  };

  /** Says that this node lives, and forgets those that fell silent. To be called every `ATTENDANCE_TICK_MS`. */
  tick(): void {
    if (this.owesAnswer) this.answer();
    this.say({ kind: 'attendance', what: 'heartbeat', nodeId: this.nodeId, number: this.number });
    this.elsewhere.tick();
  }

  /** This node goes, and says nothing after that: others forget its users at once. It still knows its own. */
  stop(): void {
    this.say({ kind: 'attendance', what: 'end', nodeId: this.nodeId });
    this.stopped = true;
  }

  private changed(place: Place, userId: UserId, here: boolean): void {
    this.number += 1;
    const { nodeId, number } = this;
    if (!this.elsewhere.ownChanged(place, userId, here)) this.tell({ place, userId, here });
    this.say({ kind: 'attendance', what: 'changed', nodeId, number, place, userId, here });
  }

  /** Says everything, now or with the next tick. */
  private answer(): void {
    const now = this.clock.monotonicMs();
    this.owesAnswer = now - this.answeredAt < ANSWER_AGAIN_MS;
    if (this.owesAnswer) return;
    this.answeredAt = now;
    const { nodeId, number } = this;
    const parts = this.own.parts(this.partUsers);
    for (const [part, users] of parts.entries()) {
      this.say({ kind: 'attendance', what: 'part', nodeId, number, part, parts: parts.length, users });
    }
  }

  private say(note: AttendanceNote): void {
    if (!this.stopped) this.bus.publish(note);
  }

  private tell(change: AttendanceChange): void {
    for (const listener of this.listeners) listener(change);
  }
}
