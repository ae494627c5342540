import type { UserId } from '../model/ids.js';
import type { Place } from '../model/place.js';
import { AttendanceFollower } from './attendance-follower.js';
import type { OwnAttendance } from './own-attendance.js';
import type { AttendanceNote } from './ports/bus.js';
import type { Clock } from './ports/clock.js';

/** A node not heard of for so long is forgotten … */
const SILENCE_MS = 20_000;
/** … after so many ticks: one that comes late, because this node slept, says nothing of the others. */
const SILENT_TICKS = 2;
/** The same node is not asked again before. */
const ASK_AGAIN_MS = 2_000;

interface OtherNode {
  readonly follower: AttendanceFollower;
  heardAt: number;
  silentTicks: number;
  askedAt: number;
}

/** Who is where on all nodes but this one. */
export class AttendanceElsewhere {
  private readonly nodes = new Map<string, OtherNode>();
  /** For each place, how many users are there and not on this node. */
  private readonly counts = new Map<Place, number>();

  /** `onChange` is told each user who comes to a place, or is gone from it, and is not there on this node. */
  constructor(
    private readonly own: OwnAttendance,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly onChange: (place: Place, userId: UserId, here: boolean) => void,
  ) {}

  has(place: Place, userId: UserId, except?: AttendanceFollower): boolean {
    for (const { follower } of this.nodes.values()) {
      if (follower !== except && follower.has(place, userId)) return true;
    }
    return false;
  }

  /** Of users who are not there on this node. */
  count(place: Place): number {
    return this.counts.get(place) ?? 0;
  }

  /** Each user once who is not there on this node. */
  *users(place: Place): Iterable<UserId> {
    for (const { follower } of this.nodes.values()) {
      for (const userId of follower.users(place)) {
        if (!this.own.has(place, userId) && this.firstWith(place, userId) === follower) yield userId;
      }
    }
  }

  /** This node has the user there from now on, or no longer. True if others have him too, so that nothing has changed. */
  ownChanged(place: Place, userId: UserId, here: boolean): boolean {
    const isElsewhere = this.has(place, userId);
    if (isElsewhere) this.add(place, here ? -1 : 1);
    return isElsewhere;
  }

  /** Takes a note of another node. True if that node is to be asked for everything. */
  hear(note: AttendanceNote): boolean {
    const node = this.nodes.get(note.nodeId) ?? this.meet(note.nodeId);
    if (node.follower.hasEnded) return false;
    const now = this.clock.monotonicMs();
    node.heardAt = now;
    node.silentTicks = 0;
    if (!node.follower.hear(note) || now - node.askedAt < ASK_AGAIN_MS) return false;
    node.askedAt = now;
    return true;
  }

  /** Forgets the nodes that are silent. */
  tick(): void {
    const now = this.clock.monotonicMs();
    for (const [nodeId, node] of this.nodes) {
      node.silentTicks += 1;
      if (node.silentTicks < SILENT_TICKS || now - node.heardAt < SILENCE_MS) continue;
      node.follower.clear();
      this.nodes.delete(nodeId);
    }
  }

  private meet(nodeId: string): OtherNode {
    const follower: AttendanceFollower = new AttendanceFollower((place, userId, here) =>
      this.changed(follower, place, userId, here),
    );
    const node = { follower, heardAt: 0, silentTicks: 0, askedAt: Number.NEGATIVE_INFINITY };
    this.nodes.set(nodeId, node);
    return node;
  }

  private changed(at: AttendanceFollower, place: Place, userId: UserId, here: boolean): void {
    if (this.own.has(place, userId) || this.has(place, userId, at)) return;
    this.add(place, here ? 1 : -1);
    this.onChange(place, userId, here);
  }

  private firstWith(place: Place, userId: UserId): AttendanceFollower | undefined {
    for (const { follower } of this.nodes.values()) if (follower.has(place, userId)) return follower;
    return undefined;
  }

  private add(place: Place, more: 1 | -1): void {
    const count = this.count(place) + more;
    if (count === 0) this.counts.delete(place);
    else this.counts.set(place, count);
  }
}
