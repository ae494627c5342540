import { Body, Controller, Get, Header, Inject, type OnModuleDestroy, Param, Put, Query, Res } from '@nestjs/common';
import { InboxPolls, type PollAnswer } from '../../messaging/inbox-polls.js';
import type { UserId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import { encode, encodeEntry } from '../../protocol/encode.js';
import { ApiTags } from '../docs/described.js';
import { JSON_TYPE } from '../http-failure.js';
import { checked } from './checked.js';
import { InboxAnswer, InboxQueryDto, OutboxBody, OutboxPath, OutboxQuery } from './inbox-dtos.js';
import { Operation, SEND_PROBLEMS } from './operation.js';
import { type RawReply, type Reply, withStatus } from './reply.js';
import { DeliveredAnswer, SentAnswer } from './send-dtos.js';
import { Sends } from './sends.js';
import { UserPath } from './user-dtos.js';
import { CallingSpeaker, type Speaker, USER_RATES, type UserRates } from './user-guard.js';

/** For clients that cannot hold a WebSocket: what they would get and send there. */
@ApiTags('users')
@Controller('api/v1/users/:userId')
export class InboxController implements OnModuleDestroy {
  constructor(
    @Inject(InboxPolls) private readonly polls: InboxPolls,
    @Inject(Sends) private readonly sends: Sends,
    @Inject(USER_RATES) private readonly rates: UserRates,
  ) {}

  /** Whoever waits asks another node. */
  onModuleDestroy(): void {
    this.polls.stop();
  }

  @Get('inbox')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  @Operation({
    summary: 'What came for a user',
    description: 'At once, or as soon as something comes within `wait` seconds. For clients whose WebSockets die.',
    scope: 'read',
    orUser: true,
    answers: { 200: { type: InboxAnswer, description: 'What stands behind `cursor` in the inbox.' } },
  })
  async userInbox(
    @CallingSpeaker() speaker: Speaker,
    @Param(checked(UserPath)) { userId }: UserPath,
    @Query(checked(InboxQueryDto)) { cursor, epoch, device, wait }: InboxQueryDto,
    @Res({ passthrough: true }) reply: RawReply,
  ): Promise<string> {
    if (device !== undefined) checkMayConfirm(speaker);
    const poll = this.polls.ask({
      userId,
      deviceId: device,
      cursor: cursor === undefined ? undefined : Number(cursor),
      epoch,
      waitMs: Number(wait ?? 0) * 1_000,
    });
    reply.raw.once('close', poll.giveUp);
    return encodeAnswer(this.polls.epoch, userId, await poll.answer);
  }

  @Put('outbox/:id')
  @Operation({
    summary: 'Send a message as a user',
    description: 'As the user’s own session would. Safe to repeat; one after the other, they keep their order.',
    scope: 'send',
    orUser: true,
    answers: {
      200: { type: SentAnswer, description: 'It was stored before, under these numbers.' },
      201: { type: SentAnswer, description: 'It is stored, and on its way.' },
      202: { type: DeliveredAnswer, description: 'An ephemeral one was handed to whoever is online.' },
    },
    problems: { ...SEND_PROBLEMS, 404: 'It is ephemeral, and nobody is online.' },
  })
  async sendAsUser(
    @CallingSpeaker() speaker: Speaker,
    @Param(checked(OutboxPath)) { userId, id }: OutboxPath,
    @Query(checked(OutboxQuery)) _query: OutboxQuery,
    @Body(checked(OutboxBody)) body: OutboxBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SentAnswer | DeliveredAnswer> {
    const message = { ...body, fromUserId: userId };
    if ('user' in speaker) {
      const prepared = this.sends.prepareAs(userId, id, message);
      this.rates.passUser(userId, prepared.byteLength);
      return withStatus(reply, await this.sends.message(prepared));
    }
    const prepared = this.sends.prepare(speaker.key, id, message);
    this.sends.count(speaker.key, prepared.byteLength);
    return withStatus(reply, await this.sends.message(prepared));
  }
}

/** Who only reads leaves no marks. */
function checkMayConfirm(speaker: Speaker): void {
  if ('user' in speaker || speaker.key.scopes.includes('admin')) return;
  const because = `the API key ${speaker.key.name} has no scope admin; expected it with device, which confirms`;
  throw new Refusal('forbidden', because);
}

/** Contents go out as the JSON that they are stored as. */
function encodeAnswer(epoch: string, userId: UserId, { entries, head, cursor, tooLong }: PollAnswer): string {
  const frames = entries.map((entry) => encodeEntry(entry, userId, true));
  if (tooLong !== undefined) frames.push(encode({ type: 'toolong', ...tooLong }));
  return `{"epoch":"${epoch}","head":${head},"cursor":${cursor},"frames":[${frames.join(',')}]}`;
}
