import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { CLOCK, type Clock } from '../../messaging/ports/clock.js';
import { STORE_READ, type StoreRead } from '../../messaging/ports/store-reads.js';
import { conversationsFields, historyFields } from '../../protocol/encode-pages.js';
import { MAX_PAGE_BYTES, PAGE_ITEMS } from '../../protocol/limits.js';
import { ApiTags } from '../docs/described.js';
import { JSON_TYPE } from '../http-failure.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { ConversationsAnswer, HistoryAnswer, PageQuery, PeerPath, UserPath } from './user-dtos.js';

/** What a user wrote and got, as a session of his would be told [MP-2.23, MP-2.24]. */
@ApiTags('users')
@Controller('api/v1/users/:userId/conversations')
export class ConversationsController {
  constructor(
    @Inject(STORE_READ) private readonly read: StoreRead,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'A user’s conversations',
    description: 'As the user sees them.',
    scope: 'read',
    answers: { 200: { type: ConversationsAnswer, description: 'A page of them.' } },
  })
  async userConversations(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Query(checked(PageQuery)) query: PageQuery,
  ): Promise<string> {
    const page = await this.read.conversations({ userId, ...this.page(query) });
    return `{${conversationsFields(userId, page)}}`;
  }

  @Get(':peerId/messages')
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'One conversation of a user',
    description: 'As the user sees it. Two who never wrote to one another have an empty one.',
    scope: 'read',
    answers: { 200: { type: HistoryAnswer, description: 'A page of it.' } },
  })
  async userHistory(
    @Param(checked(PeerPath)) { userId, peerId }: PeerPath,
    @Query(checked(PageQuery)) query: PageQuery,
  ): Promise<string> {
    const page = await this.read.history({ userId, peerId, ...this.page(query) });
    return `{${historyFields(peerId, userId, page)}}`;
  }

  private page({ before, limit }: PageQuery) {
    return {
      before: before === undefined ? undefined : Number(before),
      limit: Number(limit ?? PAGE_ITEMS),
      maxBytes: MAX_PAGE_BYTES,
      now: this.clock.now(),
    };
  }
}
