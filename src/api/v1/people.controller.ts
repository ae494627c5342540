import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { CardChanges } from '../../messaging/card-changes.js';
import { Cards } from '../../messaging/cards.js';
import type { SetBlock, SetProfile } from '../../messaging/ports/store-writes.js';
import type { UserId } from '../../model/ids.js';
import { TOO_MANY_BLOCKED } from '../../model/profile.js';
import { Refusal } from '../../model/refusal.js';
import type { UserCard } from '../../model/stored.js';
import { ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { BlockedAnswer, OwnProfileAnswer, PeerPath, ProfileBody, UserPath } from './user-dtos.js';

/** How users are to be seen, and whom they want nothing of [MP-2.28, MP-2.29]. */
@ApiTags('users')
@Controller('api/v1/users/:userId')
export class PeopleController {
  constructor(
    @Inject(CardChanges) private readonly changes: CardChanges,
    @Inject(Cards) private readonly cards: Cards,
  ) {}

  @Get('profile')
  @Operation({
    summary: 'A user’s profile',
    description: 'Who never set any, or was never here, has an empty one.',
    scope: 'read',
    answers: { 200: { type: OwnProfileAnswer, description: 'It, with what others are not shown.' } },
  })
  async userProfile(@Param(checked(UserPath)) { userId }: UserPath): Promise<OwnProfileAnswer> {
    const card = await this.card(userId);
    return { ...card?.profile, invisible: card?.invisible ?? false, ...(card?.seenAt && { seenAt: card.seenAt }) };
  }

  @Put('profile')
  @Operation({
    summary: 'Set a user’s profile',
    description: 'All of it: what is left out is taken away.',
    scope: 'admin',
    answers: { 200: { type: OwnProfileAnswer, description: 'It is so from now on.' } },
  })
  async setUserProfile(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Body(checked(ProfileBody)) { nickname = '', avatar = '', invisible = false }: ProfileBody,
  ): Promise<OwnProfileAnswer> {
    await this.change({ kind: 'profile', userId, nickname, avatar, invisible });
    return this.userProfile({ userId });
  }

  @Get('blocked')
  @Operation({
    summary: 'Whom a user blocks',
    scope: 'read',
    answers: { 200: { type: BlockedAnswer, description: 'All of them, by ascending user id.' } },
  })
  async blockedUsers(@Param(checked(UserPath)) { userId }: UserPath): Promise<BlockedAnswer> {
    return { userIds: (await this.card(userId))?.blocked ?? [] };
  }

  @Put('blocked/:peerId')
  @HttpCode(204)
  @Operation({
    summary: 'Block somebody for a user',
    scope: 'admin',
    answers: { 204: { description: 'From now on, or as before, the peer is blocked.' } },
  })
  async blockUser(@Param(checked(PeerPath)) { userId, peerId }: PeerPath): Promise<void> {
    if (peerId === userId) throw new Refusal('bad_frame', `peerId must be another user's, got "${peerId}" again`);
    await this.change({ kind: 'block', userId, peerId, blocked: true });
  }

  @Delete('blocked/:peerId')
  @HttpCode(204)
  @Operation({
    summary: 'Unblock somebody for a user',
    scope: 'admin',
    answers: { 204: { description: 'The peer is not blocked.' } },
  })
  async unblockUser(@Param(checked(PeerPath)) { userId, peerId }: PeerPath): Promise<void> {
    await this.change({ kind: 'block', userId, peerId, blocked: false });
  }

  private async card(userId: UserId): Promise<UserCard | undefined> {
    const [card] = await this.cards.read([userId]);
    return card;
  }

  private async change(write: SetProfile | SetBlock): Promise<void> {
    const outcome = await this.changes.change(write);
    if (outcome === 'noted') return;
    if (outcome === 'too_many') throw new Refusal('forbidden', TOO_MANY_BLOCKED);
    throw new Refusal('busy', 'this was not stored; expected to be sent again');
  }
}
