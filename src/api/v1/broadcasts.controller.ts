import { Body, Controller, Inject, Param, Put, Res } from '@nestjs/common';
import { ApiTags } from '../docs/described.js';
import type { KeyHolder } from '../logins.js';
import { checked } from './checked.js';
import { Caller } from './key-guard.js';
import { Operation, SEND_PROBLEMS } from './operation.js';
import { type Reply, withStatus } from './reply.js';
import { SendBody, SendPath, StoredAnswer } from './send-dtos.js';
import { Sends } from './sends.js';

/** Messages to everyone. */
@ApiTags('messages')
@Controller('api/v1/broadcasts')
export class BroadcastsController {
  constructor(@Inject(Sends) private readonly sends: Sends) {}

  @Put(':id')
  @Operation({
    summary: 'Send a message to everyone',
    description: 'Whatever `MINIM_BROADCAST` says. Safe to repeat.',
    scope: 'broadcast',
    answers: {
      200: { type: StoredAnswer, description: 'It was stored before, under these numbers.' },
      201: { type: StoredAnswer, description: 'It is stored, and on its way.' },
    },
    problems: SEND_PROBLEMS,
  })
  async sendBroadcast(
    @Caller() caller: KeyHolder,
    @Param(checked(SendPath)) { id }: SendPath,
    @Body(checked(SendBody)) body: SendBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StoredAnswer> {
    const prepared = this.sends.prepare(caller, id, body);
    this.sends.count(caller, prepared.byteLength);
    return withStatus(reply, await this.sends.broadcast(prepared));
  }
}
