import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Attendance } from '../../messaging/attendance.js';
import { Cards } from '../../messaging/cards.js';
import { ONLINE } from '../../model/place.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { PresentPage, PresentQuery, presentPage } from './present-page.js';

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
  online(@Query(checked(PresentQuery)) query: PresentQuery): Promise<PresentPage> {
    return presentPage(this.attendance, this.cards, query, ONLINE);
  }
}
