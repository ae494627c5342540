import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Attendance } from '../../messaging/attendance.js';
import { Cards } from '../../messaging/cards.js';
import { ONLINE } from '../../model/place.js';
import { ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { PresentPage, PresentQuery, presentPage } from './present-page.js';
import { CountAnswer } from './user-dtos.js';

/** Who is online, for the servers behind an app. */
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
    answers: { 200: { type: PresentPage, description: 'A page of those who are.' } },
  })
  onlineUsers(@Query(checked(PresentQuery)) query: PresentQuery): Promise<PresentPage> {
    return presentPage(this.attendance, this.cards, query, ONLINE);
  }

  @Get('count')
  @Operation({
    summary: 'How many users are online',
    description: 'On any node, each user once, those who are invisible to others as well.',
    scope: 'read',
    answers: { 200: { type: CountAnswer, description: 'So many.' } },
  })
  onlineCount(): CountAnswer {
    return { count: this.attendance.count(ONLINE) };
  }
}
