import { Controller, Get, Header, Inject, type OnModuleDestroy, Param, Query, Res } from '@nestjs/common';
import { UserEvents } from '../../messaging/trace/user-events.js';
import { ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { EventsAnswer, EventsQuery } from './events-dtos.js';
import { Operation } from './operation.js';
import type { RawReply } from './reply.js';
import { UserPath } from './user-dtos.js';

/** For whoever runs the node and wants to see what happens to one user. */
@ApiTags('users')
@Controller('api/v1/users/:userId/events')
export class EventsController implements OnModuleDestroy {
  constructor(@Inject(UserEvents) private readonly events: UserEvents) {}

  /** Whoever waits asks another node. */
  onModuleDestroy(): void {
    this.events.stop();
  }

  @Get()
  @Header('cache-control', 'no-store')
  @Operation({
    summary: 'What happens to a user’s messages',
    description:
      'On the node that answers, from the first question on for as long as somebody asks: at once, or as soon as something happens within `wait` seconds. Never what a message says.',
    scope: 'admin',
    answers: { 200: { type: EventsAnswer, description: 'What happened behind `after`.' } },
  })
  async userEvents(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Query(checked(EventsQuery)) { after, wait }: EventsQuery,
    @Res({ passthrough: true }) reply: RawReply,
  ): Promise<EventsAnswer> {
    const poll = this.events.ask({ userId, after, waitMs: Number(wait ?? 0) * 1_000 });
    reply.raw.once('close', poll.giveUp);
    const { events, next, lost, isBroken } = await poll.answer;
    return { events, next, lost, ...(isBroken && { broken: true }) };
  }
}
