import type { UserId } from '../model/ids.js';
import type { Place } from '../model/place.js';
import type { AttendanceChangedNote, AttendanceNote, AttendancePartNote, UsersOfPlace } from './ports/bus.js';

/** Parts of what a node says of everyone, until they are complete. */
interface Snapshot {
  readonly number: number;
  readonly parts: Map<number, readonly UsersOfPlace[]>;
}

/** Who is where on one other node, as far as its notes say. */
export class AttendanceFollower {
  private readonly places = new Map<Place, Set<UserId>>();
  /** Of the last change that is known here. */
  private number = 0;
  private snapshot: Snapshot | undefined;
  private ended = false;

  /** `onChange` is told each user whom this node has from now on, or no longer has. */
  constructor(private readonly onChange: (place: Place, userId: UserId, here: boolean) => void) {}

  /** It said that it goes; notes that come still were late, and are not for `hear`. */
  get hasEnded(): boolean {
    return this.ended;
  }

  has(place: Place, userId: UserId): boolean {
    return this.places.get(place)?.has(userId) ?? false;
  }

  users(place: Place): Iterable<UserId> {
    return this.places.get(place) ?? [];
  }

  /** Takes a note of this node. True if it shows that something is missing, so that everything has to be asked for. */
  hear(note: AttendanceNote): boolean {
    if (note.what === 'changed') return this.hearChange(note);
    if (note.what === 'heartbeat') return note.number > this.number;
    if (note.what === 'part') this.hearPart(note);
    if (note.what === 'end') this.end();
    return false;
  }

  /** Forgets everyone. */
  clear(): void {
    for (const [place, users] of this.places) {
      for (const userId of users) this.set(place, userId, false);
    }
  }

  private hearChange({ number, place, userId, here }: AttendanceChangedNote): boolean {
    if (number > this.number + 1) return true;
    if (number <= this.number) return false;
    this.number = number;
    if (number === this.snapshot?.number) this.snapshot = undefined;
    this.set(place, userId, here);
    return false;
  }

  private hearPart({ number, part, parts, users }: AttendancePartNote): void {
    if (number <= Math.max(this.number, (this.snapshot?.number ?? 0) - 1)) return;
    if (this.snapshot?.number !== number) this.snapshot = { number, parts: new Map() };
    this.snapshot.parts.set(part, users);
    if (this.snapshot.parts.size < parts) return;
    const complete = [...this.snapshot.parts.values()].flat();
    this.snapshot = undefined;
    this.replace(complete);
    this.number = number;
  }

  private replace(everyone: readonly UsersOfPlace[]): void {
    const next = new Map<Place, Set<UserId>>();
    for (const [place, userIds] of everyone) next.set(place, new Set([...(next.get(place) ?? []), ...userIds]));
    for (const [place, users] of this.places) {
      const stay = next.get(place);
      for (const userId of users) if (!stay?.has(userId)) this.set(place, userId, false);
    }
    for (const [place, users] of next) {
      for (const userId of users) this.set(place, userId, true);
    }
  }

  private end(): void {
    this.ended = true;
    this.snapshot = undefined;
    this.clear();
  }

  private set(place: Place, userId: UserId, here: boolean): void {
    const users = this.places.get(place);
    if ((users?.has(userId) ?? false) === here) return;
    if (users === undefined) this.places.set(place, new Set([userId]));
    else if (here) users.add(userId);
    else users.delete(userId);
    if (users?.size === 0) this.places.delete(place);
    this.onChange(place, userId, here);
  }
}
