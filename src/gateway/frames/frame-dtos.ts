import type { MessageContent } from '../../model/content.js';
import type {
  BlockedFrame,
  BlockFrame,
  BroadcastFrame,
  ConversationsFrame,
  HistoryFrame,
  JoinFrame,
  LeaveFrame,
  MessageFrame,
  PingFrame,
  ProfileFrame,
  ReadFrame,
  RecallFrame,
  ReceivedFrame,
  TokenFrame,
  TypingFrame,
  UnblockFrame,
  UnwatchFrame,
  WatchFrame,
} from '../../protocol/frames.js';
import {
  IsAvatarText,
  IsCount,
  IsFlag,
  IsFrameIdText,
  IsMessageContent,
  IsNicknameText,
  IsRoomNameText,
  IsText,
  IsUserIdText,
  IsWatchList,
  Optional,
} from '../../validation/constraints.js';

export class PingFrameDto implements PingFrame {
  readonly type = 'ping';

  @Optional()
  @IsCount()
  readonly cursor?: number;
}

/** What every send has. */
abstract class SendFrameDto {
  @Optional()
  @IsFrameIdText()
  readonly id?: string;

  @Optional()
  @IsText()
  readonly fromUserId?: string;

  @Optional()
  @IsText()
  readonly formUserId?: string;

  @IsMessageContent()
  readonly message: MessageContent = '';
}

export class MessageFrameDto extends SendFrameDto implements MessageFrame {
  readonly type = 'message';

  @Optional()
  @IsUserIdText()
  readonly toUserId?: string;

  @Optional()
  @IsRoomNameText()
  readonly room?: string;

  @Optional()
  @IsFlag()
  readonly ephemeral?: boolean;

  @Optional()
  @IsCount()
  readonly ttlS?: number;
}

export class BroadcastFrameDto extends SendFrameDto implements BroadcastFrame {
  readonly type = 'broadcast';
}

export class ReceivedFrameDto implements ReceivedFrame {
  readonly type = 'received';

  @IsCount()
  readonly cursor: number = 0;
}

export class ReadFrameDto implements ReadFrame {
  readonly type = 'read';

  @IsUserIdText()
  readonly peerId: string = '';

  @IsCount()
  readonly seq: number = 0;
}

/** What every question has: the name under which it is answered. */
abstract class QuestionFrameDto {
  @IsFrameIdText()
  readonly id: string = '';
}

export class RecallFrameDto extends QuestionFrameDto implements RecallFrame {
  readonly type = 'recall';

  @IsText()
  readonly messageId: string = '';
}

export class TypingFrameDto implements TypingFrame {
  readonly type = 'typing';

  @IsUserIdText()
  readonly toUserId: string = '';
}

export class TokenFrameDto implements TokenFrame {
  readonly type = 'token';

  @Optional()
  @IsFrameIdText()
  readonly id?: string;

  @IsText()
  readonly token: string = '';
}

/** What every question for a page has. */
abstract class PageFrameDto extends QuestionFrameDto {
  @Optional()
  @IsCount()
  readonly before?: number;

  @Optional()
  @IsCount()
  readonly limit?: number;
}

export class HistoryFrameDto extends PageFrameDto implements HistoryFrame {
  readonly type = 'history';

  @Optional()
  @IsUserIdText()
  readonly peerId?: string;

  @Optional()
  @IsRoomNameText()
  readonly room?: string;
}

export class ConversationsFrameDto extends PageFrameDto implements ConversationsFrame {
  readonly type = 'conversations';
}

/** What may be answered, under this name. */
abstract class NamedFrameDto {
  @Optional()
  @IsFrameIdText()
  readonly id?: string;
}

export class JoinFrameDto extends NamedFrameDto implements JoinFrame {
  readonly type = 'join';

  @IsRoomNameText()
  readonly room: string = '';

  @Optional()
  @IsCount()
  readonly since?: number;

  @Optional()
  @IsFlag()
  readonly list?: boolean;
}

export class LeaveFrameDto extends NamedFrameDto implements LeaveFrame {
  readonly type = 'leave';

  @IsRoomNameText()
  readonly room: string = '';
}

export class ProfileFrameDto extends NamedFrameDto implements ProfileFrame {
  readonly type = 'profile';

  @Optional()
  @IsNicknameText()
  readonly nickname?: string;

  @Optional()
  @IsAvatarText()
  readonly avatar?: string;

  @Optional()
  @IsFlag()
  readonly invisible?: boolean;
}

export class BlockFrameDto extends QuestionFrameDto implements BlockFrame {
  readonly type = 'block';

  @IsUserIdText()
  readonly userId: string = '';
}

export class UnblockFrameDto extends QuestionFrameDto implements UnblockFrame {
  readonly type = 'unblock';

  @IsUserIdText()
  readonly userId: string = '';
}

export class BlockedFrameDto extends QuestionFrameDto implements BlockedFrame {
  readonly type = 'blocked';
}

export class WatchFrameDto extends NamedFrameDto implements WatchFrame {
  readonly type = 'watch';

  @IsWatchList()
  readonly userIds: readonly string[] = [];
}

export class UnwatchFrameDto extends NamedFrameDto implements UnwatchFrame {
  readonly type = 'unwatch';

  @IsWatchList()
  readonly userIds: readonly string[] = [];
}
