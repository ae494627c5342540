import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { Attendance } from '../../messaging/attendance.js';
import { Cards } from '../../messaging/cards.js';
import { onlineUsers } from '../../messaging/online-users.js';
import type { UserId } from '../../model/ids.js';
import { checked } from './checked.js';
import { COUNT_SCHEMA, NumberTextField, USER_ID_SCHEMA, UserIdField } from './fields.js';
import { Operation } from './operation.js';

const PAGE_USERS = 100;
const MAX_PAGE_USERS = 1_000;

class OnlineQuery {
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
export class PresentUser {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly userId: string = '';

  @ApiProperty({ type: String, required: false, example: 'Bo' })
  readonly nickname?: string;

  @ApiProperty({ type: String, required: false })
  readonly avatar?: string;
}

class OnlinePage {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'All who are online.' })
  readonly count: number = 0;

  @ApiProperty({ type: [PresentUser], description: 'By ascending user id.' })
  readonly users: readonly PresentUser[] = [];

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, description: 'As `after` it asks for the next page.' })
  readonly next?: string;
}

/** Who is online, for the servers behind an app: those who are invisible to other users are here, too. */
@ApiTags('users')
@Controller('api/v1/users/online')
export class OnlineController {
  constructor(
    @Inject(Attendance) private readonly attendance: Attendance,
    @Inject(Cards) private readonly cards: Cards,
  ) {}

  @Get()
  @Operation({
    summary: 'Who is online',
    description: 'On any node. Users who are invisible to others are here, too.',
    scope: 'read',
    answers: { 200: { type: OnlinePage, description: 'A page of those who are.' } },
  })
  async online(@Query(checked(OnlineQuery)) { after, limit }: OnlineQuery): Promise<OnlinePage> {
    const { count, userIds, more } = onlineUsers(this.attendance, after, Number(limit ?? PAGE_USERS));
    await this.cards.load(userIds);
    const next = more ? userIds.at(-1) : undefined;
    const users = userIds.map((userId) => ({ userId, ...this.cards.profileOf(userId) }));
    return { count, users, ...(next !== undefined && { next }) };
  }
}
