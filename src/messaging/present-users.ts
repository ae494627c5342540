import type { UserId } from '../model/ids.js';
import type { Place } from '../model/place.js';
import type { Attendance } from './attendance.js';

/** Some of those who are in a place, by ascending user id. */
export interface PresentUsers {
  /** All who are. */
  readonly count: number;
  readonly userIds: readonly UserId[];
  readonly more: boolean;
}

/** Those behind `after`, `limit` of them; one look at each user, and no more than a page is kept in order. */
export function presentUsers(
  attendance: Pick<Attendance, 'count' | 'members'>,
  place: Place,
  after: UserId | undefined,
  limit: number,
): PresentUsers {
  const page: UserId[] = [];
  for (const userId of attendance.members(place)) {
    if (after !== undefined && userId <= after) continue;
    const last = page.at(-1);
    if (page.length > limit && last !== undefined && userId >= last) continue;
    page.splice(placeOf(userId, page), 0, userId);
    if (page.length > limit + 1) page.pop();
  }
  return { count: attendance.count(place), userIds: page.slice(0, limit), more: page.length > limit };
}

/** Where `userId` belongs among those that are in order. */
function placeOf(userId: UserId, page: readonly UserId[]): number {
  let from = 0;
  let to = page.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((page[middle] ?? '') < userId) from = middle + 1;
    else to = middle;
  }
  return from;
}
