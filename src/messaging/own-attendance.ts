import type { UserId } from '../model/ids.js';
import type { Place } from '../model/place.js';
import type { UsersOfPlace } from './ports/bus.js';

/** Who is where with sessions of this node, and with how many. */
export class OwnAttendance {
  private readonly places = new Map<Place, Map<UserId, number>>();

  /** True if it is the user's first session there. */
  enter(place: Place, userId: UserId): boolean {
    const users = this.places.get(place);
    if (users === undefined) {
      this.places.set(place, new Map([[userId, 1]]));
      return true;
    }
    const sessions = users.get(userId) ?? 0;
    users.set(userId, sessions + 1);
    return sessions === 0;
  }

  /** True if it was the user's last session there. */
  leave(place: Place, userId: UserId): boolean {
    const users = this.places.get(place);
    const sessions = users?.get(userId);
    if (users === undefined || sessions === undefined) return false;
    if (sessions > 1) {
      users.set(userId, sessions - 1);
      return false;
    }
    users.delete(userId);
    if (users.size === 0) this.places.delete(place);
    return true;
  }

  has(place: Place, userId: UserId): boolean {
    return this.places.get(place)?.has(userId) ?? false;
  }

  count(place: Place): number {
    return this.places.get(place)?.size ?? 0;
  }

  /** In the order in which they came. */
  users(place: Place): Iterable<UserId> {
    return this.places.get(place)?.keys() ?? [];
  }

  /** Everyone, `size` users a part; at least one part. They stay the same until somebody's first or last session changes. */
  parts(size: number): readonly (readonly UsersOfPlace[])[] {
    let part: UsersOfPlace[] = [];
    const parts = [part];
    let left = size;
    for (const [place, users] of this.places) {
      const userIds = [...users.keys()];
      for (let from = 0; from < userIds.length; ) {
        if (left === 0) {
          part = [];
          parts.push(part);
          left = size;
        }
        const some = userIds.slice(from, from + left);
        part.push([place, some]);
        from += some.length;
        left -= some.length;
      }
    }
    return parts;
  }
}
