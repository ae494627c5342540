import type { MessageContent } from '../../model/content.js';
import type { DeviceId, FrameId, UserId } from '../../model/ids.js';
import { MAX_POLL_WAIT_S } from '../../protocol/limits.js';
import { ApiProperty } from '../docs/described.js';
import {
  CONTENT_SCHEMA,
  COUNT_SCHEMA,
  ContentField,
  CountField,
  DeviceField,
  FlagField,
  NumberTextField,
  SendIdField,
  TextField,
  USER_ID_SCHEMA,
  UserIdField,
} from './fields.js';
import { UserPath } from './user-dtos.js';

export class InboxQueryDto {
  @NumberTextField({
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    description: 'The last number that is safely there. Left out: the device’s own, or what some device has.',
    optional: true,
  })
  readonly cursor?: string;

  @TextField({ description: 'The epoch of that number; left out, it is believed.', optional: true })
  readonly epoch?: string;

  @DeviceField({
    description: 'Whose number it is: it is remembered, and senders are told. With an API key of scope `admin`.',
    example: 'phone',
    optional: true,
  })
  readonly device?: DeviceId;

  @NumberTextField({
    from: 0,
    to: MAX_POLL_WAIT_S,
    description: 'Seconds to wait while there is nothing; 0 if left out.',
    optional: true,
  })
  readonly wait?: string;

  @TextField({ description: 'A one-time ticket of the user, in place of a token.', optional: true })
  readonly ticket?: string;
}

/** What a full session would get [MP-2.15, MP-3.9, MP-3.10]. */
class InboxFrameAnswer {
  @ApiProperty({ type: String, enum: ['message', 'recalled', 'toolong'] })
  readonly type: string = '';

  @ApiProperty({ type: String, required: false, example: 'k3v9-7' })
  readonly messageId?: string;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly cursor?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly seq?: number;

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, example: 'B' })
  readonly fromUserId?: string;

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, example: 'A' })
  readonly toUserId?: string;

  @ApiProperty({ ...CONTENT_SCHEMA, required: false, example: 'hello' })
  readonly message?: MessageContent;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly sentAt?: number;

  @ApiProperty({ type: String, required: false })
  readonly id?: string;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'Of a `toolong`: from this number on …' })
  readonly from?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: '… up to this nothing is kept;' })
  readonly floor?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: '… and it goes on from here.' })
  readonly head?: number;
}

export class InboxAnswer {
  @ApiProperty({ type: String, description: 'What the numbers belong to.' })
  readonly epoch: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The last number of the inbox.' })
  readonly head: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'As `cursor` it asks for what follows.' })
  readonly cursor: number = 0;

  @ApiProperty({ type: [InboxFrameAnswer], description: 'By ascending `cursor`; none when nothing came.' })
  readonly frames: readonly InboxFrameAnswer[] = [];
}

export class OutboxPath extends UserPath {
  @SendIdField({
    description: 'The user’s own name for this send: the same again is answered, and not sent again.',
    example: 'm1',
  })
  readonly id = '' as FrameId;
}

export class OutboxBody {
  @UserIdField({ description: 'Whom it is for.', example: 'B' })
  readonly toUserId = '' as UserId;

  @ContentField({ description: 'What is said.', example: 'hello' })
  readonly message: MessageContent = '';

  @CountField({ description: 'Seconds after which it is no longer of use.', optional: true })
  readonly ttlS?: number;

  @FlagField({ description: 'Only for who is online now; never stored.', optional: true })
  readonly ephemeral?: boolean;
}

export class OutboxQuery {
  @TextField({ description: 'A one-time ticket of the user, in place of a token.', optional: true })
  readonly ticket?: string;
}
