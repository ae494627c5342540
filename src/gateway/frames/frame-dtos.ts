import type { MessageContent } from '../../model/content.js';
import type {
  BroadcastFrame,
  ConversationsFrame,
  HistoryFrame,
  MessageFrame,
  PingFrame,
  ReadFrame,
  RecallFrame,
  ReceivedFrame,
  TokenFrame,
  TypingFrame,
} from '../../protocol/frames.js';
import { IsCount, IsFlag, IsFrameIdText, IsMessageContent, IsText, IsUserIdText, Optional } from './constraints.js';

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
  @IsText()
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
  @IsText()
  readonly room?: string;
}

export class ConversationsFrameDto extends PageFrameDto implements ConversationsFrame {
  readonly type = 'conversations';
}
