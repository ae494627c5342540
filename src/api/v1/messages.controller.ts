import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import { isFrameId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import { type CompiledDto, compileDto } from '../../validation/compile-dto.js';
import { ApiTags } from '../docs/described.js';
import { failureOf, HttpFailure, problemFrom } from '../http-failure.js';
import type { KeyHolder } from '../logins.js';
import { checked, faultOf } from './checked.js';
import { Caller } from './key-guard.js';
import { Operation, SEND_PROBLEMS } from './operation.js';
import { type Reply, withStatus } from './reply.js';
import {
  BatchAnswer,
  BatchBody,
  BatchItem,
  type BatchItemAnswer,
  DeliveredAnswer,
  MessageBody,
  MessagePath,
  RecallAnswer,
  SendPath,
  SentAnswer,
  StatusAnswer,
} from './send-dtos.js';
import { type Prepared, Sends } from './sends.js';

const NOT_FOUND = { 404: 'There is no such message, or it is no longer kept.' };

/** Messages to users. */
@ApiTags('messages')
@Controller('api/v1/messages')
export class MessagesController {
  private readonly item: CompiledDto = compileDto(BatchItem);

  constructor(@Inject(Sends) private readonly sends: Sends) {}

  @Put(':id')
  @Operation({
    summary: 'Send a message to a user',
    description: 'Safe to repeat: for one sender and `id` at most one message is stored.',
    scope: 'send',
    answers: {
      200: { type: SentAnswer, description: 'It was stored before, under these numbers.' },
      201: { type: SentAnswer, description: 'It is stored, and on its way.' },
      202: { type: DeliveredAnswer, description: 'An ephemeral one was handed to whoever is online.' },
    },
    problems: { ...SEND_PROBLEMS, 404: 'It is ephemeral, and nobody is online.' },
  })
  async sendMessage(
    @Caller() caller: KeyHolder,
    @Param(checked(SendPath)) { id }: SendPath,
    @Body(checked(MessageBody)) body: MessageBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SentAnswer | DeliveredAnswer> {
    const prepared = this.sends.prepare(caller, id, body);
    this.sends.count(caller, prepared.byteLength);
    return withStatus(reply, await this.sends.message(prepared));
  }

  @Post('batch')
  @HttpCode(207)
  @Operation({
    summary: 'Send many messages at once',
    description: 'Counts as one send of so many bytes. What is wrong with one does not stop the others.',
    scope: 'send',
    answers: { 207: { type: BatchAnswer, description: 'What became of each.' } },
    problems: { 413: SEND_PROBLEMS[413] },
  })
  async sendBatch(@Caller() caller: KeyHolder, @Body(checked(BatchBody)) { items }: BatchBody): Promise<BatchAnswer> {
    const prepared = items.map((item) => this.prepare(caller, item));
    this.sends.count(caller, bytesOf(prepared));
    const asked = await this.ask(prepared);
    return { items: await Promise.all(asked.map((each) => this.sendOne(each))) };
  }

  @Get(':id')
  @Operation({
    summary: 'How far a message has come',
    description: 'By the `messageId` that sending it was answered with.',
    scope: 'read',
    answers: { 200: { type: StatusAnswer, description: 'The message, and the devices of its recipient.' } },
    problems: NOT_FOUND,
  })
  messageStatus(@Param(checked(MessagePath)) { id }: MessagePath): Promise<StatusAnswer> {
    return this.sends.status(id);
  }

  @Delete(':id')
  @Operation({
    summary: 'Take a message back',
    description: 'By its `messageId`, as the one who sent it, within `MINIM_RECALL_S`: everyone forgets its content.',
    scope: 'send',
    answers: { 200: { type: RecallAnswer, description: 'It is recalled.' } },
    problems: NOT_FOUND,
  })
  async recallMessage(
    @Caller() caller: KeyHolder,
    @Param(checked(MessagePath)) { id }: MessagePath,
  ): Promise<RecallAnswer> {
    this.sends.count(caller, 0);
    const { messageId, seq, sentAt, cursor, duplicate } = await this.sends.recall(caller, id);
    return { messageId, seq, sentAt, cursor, ...(duplicate && { duplicate }) };
  }

  private prepare(caller: KeyHolder, item: Record<string, unknown>): Prepared<BatchItem> | BatchItemAnswer {
    const fault = faultOf(this.item, item, 'an item');
    const id = isFrameId(item.id) ? item.id : undefined;
    if (fault !== undefined) return declined(fault, id);
    try {
      // The DTO has just vouched for the fields.
      const body = item as unknown as BatchItem;
      return this.sends.prepare(caller, body.id, body);
    } catch (error) {
      return declined(error, id);
    }
  }

  private async ask(batch: readonly (Prepared<BatchItem> | BatchItemAnswer)[]): Promise<typeof batch> {
    const asked = (await this.sends.askAll(batch.filter(isPrepared))).values();
    return batch.map((each) => {
      const { value } = isPrepared(each) ? asked.next() : { value: undefined };
      return value instanceof Refusal ? declined(value, each.id) : (value ?? each);
    });
  }

  private async sendOne(prepared: Prepared<BatchItem> | BatchItemAnswer): Promise<BatchItemAnswer> {
    if (!isPrepared(prepared)) return prepared;
    try {
      const { status, body } = await this.sends.pass(prepared);
      return { status, id: prepared.id, ...body };
    } catch (error) {
      return declined(error, prepared.id);
    }
  }
}

function isPrepared(item: Prepared<BatchItem> | BatchItemAnswer): item is Prepared<BatchItem> {
  return 'body' in item;
}

function bytesOf(batch: readonly (Prepared<BatchItem> | BatchItemAnswer)[]): number {
  return batch.filter(isPrepared).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** What is no refusal is our own fault, and of the whole request. */
function declined(error: unknown, id: string | undefined): BatchItemAnswer {
  const failure = error instanceof Refusal ? failureOf(error) : error;
  if (!(failure instanceof HttpFailure)) throw error;
  return { status: failure.getStatus(), ...(id !== undefined && { id }), problem: problemFrom(failure) };
}
