import type { MessageContent } from '../../model/content.js';
import type { BroadcastFrame, MessageFrame, PingFrame } from '../../protocol/frames.js';
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
