import type { MessageContent } from '../../model/content.js';
import type { DeviceId, UserId } from '../../model/ids.js';
import { MAX_PAGE_ITEMS, PAGE_ITEMS } from '../../protocol/limits.js';
import { ApiProperty } from '../docs/described.js';
import {
  AvatarField,
  CONTENT_SCHEMA,
  COUNT_SCHEMA,
  CountField,
  DeviceField,
  FlagField,
  NicknameField,
  NumberTextField,
  USER_ID_SCHEMA,
  UserIdField,
  WordsField,
} from './fields.js';

/** Of what a disconnected session is told. */
const MAX_REASON = 200;

export class UserPath {
  @UserIdField({ description: 'The user.', example: 'A' })
  readonly userId = '' as UserId;
}

export class PeerPath extends UserPath {
  @UserIdField({ description: 'The other one.', example: 'B' })
  readonly peerId = '' as UserId;
}

export class PageQuery {
  @NumberTextField({
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    description: 'Only below this `seq`, or `cursor` of a conversation.',
    optional: true,
  })
  readonly before?: string;

  @NumberTextField({
    from: 1,
    to: MAX_PAGE_ITEMS,
    description: `Items on the page; ${PAGE_ITEMS} if left out. Long ones make it shorter.`,
    optional: true,
  })
  readonly limit?: string;
}

class HistoryItemAnswer {
  @ApiProperty({ type: String, example: 'k3v9-7' })
  readonly messageId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Its place in the conversation.' })
  readonly seq: number = 0;

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'A' })
  readonly fromUserId: string = '';

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly toUserId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA })
  readonly sentAt: number = 0;

  @ApiProperty({ ...CONTENT_SCHEMA, required: false, example: 'hello' })
  readonly message?: MessageContent;

  @ApiProperty({ type: Boolean, required: false, description: '`true`: it was taken back, and has no `message`.' })
  readonly recalled?: true;

  @ApiProperty({ type: String, required: false, description: 'The user’s own name for it, where he sent it.' })
  readonly id?: string;
}

class MarksAnswer {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'Up to this `seq` the peer’s devices have it.' })
  readonly delivered: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Up to this `seq` the peer has read it.' })
  readonly read: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Up to this `seq` the user has read it.' })
  readonly ownRead: number = 0;
}

export class HistoryAnswer extends MarksAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly peerId: string = '';

  @ApiProperty({ type: [HistoryItemAnswer], description: 'Newest first.' })
  readonly items: readonly HistoryItemAnswer[] = [];

  @ApiProperty({ type: Boolean, description: 'Whether there are older ones.' })
  readonly more: boolean = false;
}

class ShownProfileAnswer {
  @ApiProperty({ type: String, required: false, example: 'Ann' })
  readonly nickname?: string;

  @ApiProperty({ type: String, required: false })
  readonly avatar?: string;
}

class ConversationAnswer extends MarksAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly peerId: string = '';

  @ApiProperty({ type: ShownProfileAnswer, required: false, description: 'The peer’s.' })
  readonly profile?: ShownProfileAnswer;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The peer’s messages above `ownRead`.' })
  readonly unread: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'As `before` it asks for the next page.' })
  readonly cursor: number = 0;

  @ApiProperty({ type: HistoryItemAnswer })
  readonly last: HistoryItemAnswer = new HistoryItemAnswer();
}

export class ConversationsAnswer {
  @ApiProperty({ type: [ConversationAnswer], description: 'The latest first.' })
  readonly items: readonly ConversationAnswer[] = [];

  @ApiProperty({ type: Boolean, description: 'Whether there are others.' })
  readonly more: boolean = false;
}

export class CountAnswer {
  @ApiProperty({ ...COUNT_SCHEMA })
  readonly count: number = 0;
}

export class SessionAnswer {
  @ApiProperty({ type: String, example: '5f0c7d1e2a3b-1' })
  readonly sessionId: string = '';

  @ApiProperty({ type: String, example: 'phone' })
  readonly device: string = '';

  @ApiProperty({ type: Boolean, description: 'It understands every frame; else it is plain.' })
  readonly full: boolean = false;

  @ApiProperty({ type: Boolean, description: 'It is the one of its device that is delivered to.' })
  readonly current: boolean = false;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it opened, in milliseconds since 1970.' })
  readonly since: number = 0;

  @ApiProperty({ type: String, example: '203.0.113.7' })
  readonly remoteAddress: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'What waits for it to read.' })
  readonly bufferedBytes: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'Up to this number of the inbox it was written to.' })
  readonly written?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'The last number of the inbox that it heard of.' })
  readonly head?: number;
}

class RememberedDeviceAnswer {
  @ApiProperty({ type: String, example: 'phone', description: '`~` stands for plain sessions.' })
  readonly deviceId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'It has confirmed everything up to this number of the inbox.' })
  readonly cursor: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it was last here, in milliseconds since 1970.' })
  readonly seenAt: number = 0;
}

export class SessionsAnswer {
  @ApiProperty({ type: [SessionAnswer], description: 'Of this node.' })
  readonly sessions: readonly SessionAnswer[] = [];

  @ApiProperty({ type: [RememberedDeviceAnswer], description: 'All that are remembered, here or not.' })
  readonly devices: readonly RememberedDeviceAnswer[] = [];

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The last number of the inbox, …' })
  readonly head: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: '… and the last one that is no longer kept.' })
  readonly floor: number = 0;
}

export class DisconnectQuery {
  @DeviceField({ description: 'Only those of this device.', example: 'phone', optional: true })
  readonly device?: DeviceId;

  @WordsField(MAX_REASON, { description: 'What the sessions are told.', example: 'come back tomorrow', optional: true })
  readonly reason?: string;
}

export class RevokeBody {
  @CountField({
    description: 'Tokens given out before it, in milliseconds since 1970; left out, all so far.',
    optional: true,
  })
  readonly notBefore?: number;
}

export class RevokedAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'A' })
  readonly userId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Tokens given out before are worth nothing.' })
  readonly notBefore: number = 0;
}

export class ProfileBody {
  @NicknameField({ description: 'Left out or empty: none.', example: 'Ann', optional: true })
  readonly nickname?: string;

  @AvatarField({ description: 'Left out or empty: none.', example: 'https://example.com/ann.png', optional: true })
  readonly avatar?: string;

  @FlagField({ description: 'Nobody sees this user online.', optional: true })
  readonly invisible?: boolean;
}

export class OwnProfileAnswer extends ShownProfileAnswer {
  @ApiProperty({ type: Boolean, description: 'Nobody sees this user online.' })
  readonly invisible: boolean = false;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'When last here, as far as it was noted.' })
  readonly seenAt?: number;
}

export class BlockedAnswer {
  @ApiProperty({ type: 'array', items: USER_ID_SCHEMA, description: 'Whom this user blocks.' })
  readonly userIds: readonly string[] = [];
}

export class ErasedAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'A' })
  readonly userId: string = '';

  @ApiProperty({ type: Boolean, description: '`false`: it is begun and will be done; ask again to wait for it.' })
  readonly erased: boolean = false;
}
