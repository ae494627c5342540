import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { Attendance } from '../messaging/attendance.js';
import { Cards } from '../messaging/cards.js';
import { onlineUsers } from '../messaging/online-users.js';
import { isUserId, USER_ID_FORM, type UserId } from '../model/ids.js';
import type { Profile } from '../model/profile.js';
import type { HttpCall } from './callers.js';
import { HttpFailure } from './http-failure.js';
import { Logins } from './logins.js';

const PAGE_USERS = 100;
const MAX_PAGE_USERS = 1_000;

interface OnlinePage {
  readonly count: number;
  readonly users: readonly ({ readonly userId: UserId } & Profile)[];
  /** As `after` it asks for the next page. */
  readonly next?: UserId;
}

/** Who is online, for the servers behind an app: those who are invisible to other users are here, too. */
@Controller('api/v1/users/online')
export class OnlineController {
  constructor(
    @Inject(Attendance) private readonly attendance: Attendance,
    @Inject(Cards) private readonly cards: Cards,
    private readonly logins: Logins,
  ) {}

  @Get()
  async online(
    @Req() call: HttpCall,
    @Query('after') after: unknown,
    @Query('limit') limit: unknown,
  ): Promise<OnlinePage> {
    await this.logins.requireKey(call, 'read');
    if (after !== undefined && !isUserId(after)) {
      throw new HttpFailure(400, `after, behind which the page begins, must be ${USER_ID_FORM}`);
    }
    const { count, userIds, more } = onlineUsers(this.attendance, after, limitOf(limit));
    await this.cards.load(userIds);
    const next = more ? userIds.at(-1) : undefined;
    const users = userIds.map((userId) => ({ userId, ...this.cards.profileOf(userId) }));
    return { count, users, ...(next !== undefined && { next }) };
  }
}

function limitOf(given: unknown): number {
  if (given === undefined) return PAGE_USERS;
  const limit = typeof given === 'string' && /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > MAX_PAGE_USERS) {
    throw new HttpFailure(400, `limit must be an integer from 1 to ${MAX_PAGE_USERS}`);
  }
  return limit;
}
