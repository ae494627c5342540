import type { UserId } from '../model/ids.js';
import { ONLINE } from '../model/place.js';
import type { Attendance } from './attendance.js';

/** Some of those who are online, by ascending user id. */
export interface OnlineUsers {
  /** All who are. */
  readonly count: number;
  readonly userIds: readonly UserId[];
  readonly more: boolean;
}

/** Those behind `after`, `limit` of them; one look at each user, and no more than a page is kept in order. */
export function onlineUsers(
  attendance: Pick<Attendance, 'count' | 'members'>,
  after: UserId | undefined,
  limit: number,
): OnlineUsers {
  const page: UserId[] = [];
  for (const userId of attendance.members(ONLINE)) {
    if (after !== undefined && userId <= after) continue;
    const last = page.at(-1);
    if (page.length > limit && last !== undefined && userId >= last) continue;
    page.splice(placeOf(userId, page), 0, userId);
    if (page.length > limit + 1) page.pop();
  }
  return { count: attendance.count(ONLINE), userIds: page.slice(0, limit), more: page.length > limit };
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
