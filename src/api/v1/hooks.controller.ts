import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { DeadLetters } from '../../messaging/hooks/dead-letters.js';
import type { DeadHook } from '../../messaging/ports/store-hooks.js';
import { HOOK_TYPES, type HookType } from '../../model/hook.js';
import { ApiProperty, ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { CONTENT_SCHEMA, COUNT_SCHEMA, NumberTextField, SendIdField, USER_ID_SCHEMA } from './fields.js';
import { Operation } from './operation.js';

const PAGE_EVENTS = 100;
const MAX_PAGE_EVENTS = 1_000;

class DeadQuery {
  @SendIdField({ description: 'An eventId, behind which the page begins.', example: '2bc9e98f1c-h1', optional: true })
  readonly after?: string;

  @NumberTextField({
    from: 1,
    to: MAX_PAGE_EVENTS,
    description: `Events on the page; ${PAGE_EVENTS} if left out.`,
    optional: true,
  })
  readonly limit?: string;
}

/** An event that was given up: what the hook was to be told, and why it was not. */
class DeadEvent {
  @ApiProperty({ type: String, example: '2bc9e98f1c-h1' })
  readonly eventId: string = '';

  @ApiProperty({ type: String, enum: HOOK_TYPES })
  readonly type: HookType = 'message.waiting';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it happened, in milliseconds since 1970.' })
  readonly at: number = 0;

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly userId: string = '';

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, description: 'Of a message, until it is forgotten.' })
  readonly fromUserId?: string;

  @ApiProperty({ type: String, required: false })
  readonly messageId?: string;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly seq?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly sentAt?: number;

  @ApiProperty({ ...CONTENT_SCHEMA, required: false })
  readonly message?: unknown;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it was given up, in milliseconds since 1970.' })
  readonly diedAt: number = 0;

  @ApiProperty({ type: String, example: 'the receiver answered 400' })
  readonly reason: string = '';
}

class DeadPage {
  @ApiProperty({ type: [DeadEvent], description: 'In the order in which they happened.' })
  readonly events: readonly DeadEvent[] = [];

  @ApiProperty({ type: String, required: false, description: 'As `after` it asks for the next page.' })
  readonly next?: string;
}

class Replayed {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'So many are tried again.' })
  readonly replayed: number = 0;
}

/** What could not be told to the hook. */
@ApiTags('hooks')
@Controller('api/v1/hooks/dead')
export class HooksController {
  constructor(@Inject(DeadLetters) private readonly letters: DeadLetters) {}

  @Get()
  @Operation({
    summary: 'Events that were given up',
    description: 'What the hook declined, or did not take for 24 hours; the newest 100 000 are kept.',
    scope: 'admin',
    answers: { 200: { type: DeadPage, description: 'A page of them.' } },
  })
  async deadEvents(@Query(checked(DeadQuery)) { after, limit }: DeadQuery): Promise<DeadPage> {
    const { items, more } = await this.letters.page(after, Number(limit ?? PAGE_EVENTS));
    const next = more ? items.at(-1)?.eventId : undefined;
    return { events: items.map(shown), ...(next !== undefined && { next }) };
  }

  @Post('replay')
  @HttpCode(200)
  @Operation({
    summary: 'Try them again',
    description:
      'All that were given up, under their old names and in their old order, as many as the queue has room for.',
    scope: 'admin',
    answers: { 200: { type: Replayed, description: 'They are in the queue again.' } },
  })
  async replayDeadEvents(): Promise<Replayed> {
    return { replayed: await this.letters.replay() };
  }
}

function shown({ eventId, type, at, userId, message, diedAt, reason }: DeadHook): DeadEvent {
  const event = { eventId, type, at, userId, diedAt, reason };
  if (message === undefined) return event;
  const { fromUserId, messageId, seq, sentAt, content } = message;
  return { ...event, fromUserId, messageId, seq, sentAt, message: JSON.parse(content) };
}
