import { Controller, Get, Inject, Param } from '@nestjs/common';
import { MessageLives } from '../../messaging/trace/message-lives.js';
import { Refusal } from '../../model/refusal.js';
import { ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { LifeAnswer } from './life-dtos.js';
import { Operation } from './operation.js';
import { MessagePath } from './send-dtos.js';

/** For whoever runs the node and is asked why a message did not arrive. */
@ApiTags('messages')
@Controller('api/v1/messages')
export class LivesController {
  constructor(@Inject(MessageLives) private readonly lives: MessageLives) {}

  @Get(':id/life')
  @Operation({
    summary: 'The whole life of a message',
    description:
      'By its `messageId`: where it is stored, which devices have it, and when the node that answers sent it to whom. Never what it says.',
    scope: 'admin',
    answers: { 200: { type: LifeAnswer, description: 'The message, the broadcast or the message to a room.' } },
    problems: { 404: 'There is none; `detail` says why that may be.' },
  })
  async messageLife(@Param(checked(MessagePath)) { id }: MessagePath): Promise<LifeAnswer> {
    const life = await this.lives.of(id);
    if ('none' in life) throw new Refusal('not_found', life.none);
    return life;
  }
}
