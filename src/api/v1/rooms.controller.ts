import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import { Attendance } from '../../messaging/attendance.js';
import { Cards } from '../../messaging/cards.js';
import { STORE_READ, type StoreRead } from '../../messaging/ports/store-reads.js';
import { MAX_PAGE_BYTES, PAGE_ITEMS } from '../../protocol/limits.js';
import { ApiTags } from '../docs/described.js';
import type { KeyHolder } from '../logins.js';
import { checked } from './checked.js';
import { Caller } from './key-guard.js';
import { Operation, SEND_PROBLEMS } from './operation.js';
import { PresentPage, PresentQuery, presentPage } from './present-page.js';
import { type Reply, withStatus } from './reply.js';
import { RoomHistoryAnswer, RoomHistoryQueryDto, RoomPath } from './room-dtos.js';
import { RoomSendPath, SendBody, StoredAnswer } from './send-dtos.js';
import { Sends } from './sends.js';

/** What is said in rooms, and who is there. */
@ApiTags('rooms')
@Controller('api/v1/rooms/:room')
export class RoomsController {
  constructor(
    @Inject(Sends) private readonly sends: Sends,
    @Inject(STORE_READ) private readonly read: StoreRead,
    @Inject(Attendance) private readonly attendance: Attendance,
    @Inject(Cards) private readonly cards: Cards,
  ) {}

  @Put('messages/:id')
  @Operation({
    summary: 'Say something in a room',
    description: 'Nobody has to be there for it. Safe to repeat.',
    scope: 'send',
    answers: {
      200: { type: StoredAnswer, description: 'It was stored before, under these numbers.' },
      201: { type: StoredAnswer, description: 'It is stored, and on its way.' },
    },
    problems: SEND_PROBLEMS,
  })
  async sendToRoom(
    @Caller() caller: KeyHolder,
    @Param(checked(RoomSendPath)) { id, room }: RoomSendPath,
    @Body(checked(SendBody)) body: SendBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StoredAnswer> {
    const prepared = this.sends.prepare(caller, id, body);
    this.sends.count(caller, prepared.byteLength);
    return withStatus(reply, await this.sends.toRoom(prepared, room));
  }

  @Get('history')
  @Operation({
    summary: 'What was said in a room',
    description: 'Newest first. A room in which nobody ever spoke is empty.',
    scope: 'read',
    answers: { 200: { type: RoomHistoryAnswer, description: 'A page of it.' } },
  })
  async roomHistory(
    @Param(checked(RoomPath)) { room }: RoomPath,
    @Query(checked(RoomHistoryQueryDto)) { before, limit }: RoomHistoryQueryDto,
  ): Promise<RoomHistoryAnswer> {
    const { items, members, more } = await this.read.roomHistory({
      room,
      before: before === undefined ? undefined : Number(before),
      limit: Number(limit ?? PAGE_ITEMS),
      maxBytes: MAX_PAGE_BYTES,
    });
    return {
      room,
      items: items.map(({ messageId, seq, fromUserId, sentAt, content }) => {
        return { messageId, seq, fromUserId, sentAt, message: JSON.parse(content) };
      }),
      members,
      more,
    };
  }

  @Get('members')
  @Operation({
    summary: 'Who is in a room',
    description: 'On any node, each user once.',
    scope: 'read',
    answers: { 200: { type: PresentPage, description: 'A page of those who are.' } },
  })
  roomMembers(
    @Param(checked(RoomPath)) { room }: RoomPath,
    @Query(checked(PresentQuery)) query: PresentQuery,
  ): Promise<PresentPage> {
    return presentPage(this.attendance, this.cards, query, room);
  }
}
