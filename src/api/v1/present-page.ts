import type { Attendance } from '../../messaging/attendance.js';
import type { Cards } from '../../messaging/cards.js';
import { presentUsers } from '../../messaging/present-users.js';
import type { UserId } from '../../model/ids.js';
import type { Place } from '../../model/place.js';
import { ApiProperty } from '../docs/described.js';
import { COUNT_SCHEMA, NumberTextField, USER_ID_SCHEMA, UserIdField } from './fields.js';

const PAGE_USERS = 100;
const MAX_PAGE_USERS = 1_000;

export class PresentQuery {
  @UserIdField({ description: 'Behind which the page begins.', example: 'A', optional: true })
  readonly after?: UserId;

  @NumberTextField({
    from: 1,
    to: MAX_PAGE_USERS,
    description: `Users on the page; ${PAGE_USERS} if left out.`,
    optional: true,
  })
  readonly limit?: string;
}

/** A user who is there, as others see one. */
class PresentUser {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly userId: string = '';

  @ApiProperty({ type: String, required: false, example: 'Bo' })
  readonly nickname?: string;

  @ApiProperty({ type: String, required: false })
  readonly avatar?: string;
}

export class PresentPage {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'All who are there.' })
  readonly count: number = 0;

  @ApiProperty({ type: [PresentUser], description: 'By ascending user id.' })
  readonly users: readonly PresentUser[] = [];

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, description: 'As `after` it asks for the next page.' })
  readonly next?: string;
}

/** Some of those who are in a place, with their profiles. */
export async function presentPage(
  attendance: Attendance,
  cards: Cards,
  { after, limit }: PresentQuery,
  place: Place,
): Promise<PresentPage> {
  const { count, userIds, more } = presentUsers(attendance, place, after, Number(limit ?? PAGE_USERS));
  await cards.load(userIds);
  const next = more ? userIds.at(-1) : undefined;
  const users = userIds.map((userId) => ({ userId, ...cards.profileOf(userId) }));
  return { count, users, ...(next !== undefined && { next }) };
}
