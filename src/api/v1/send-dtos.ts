import type { MessageContent } from '../../model/content.js';
import type { FrameId, RoomName, UserId } from '../../model/ids.js';
import { ApiProperty } from '../docs/described.js';
import { ProblemAnswer } from './answers.js';
import {
  COUNT_SCHEMA,
  ContentField,
  CountField,
  FlagField,
  ListField,
  MessageIdField,
  RoomField,
  SendIdField,
  USER_ID_SCHEMA,
  UserIdField,
} from './fields.js';

/** Of a batch. */
const MAX_ITEMS = 500;

const ID_WORDS = {
  description: 'The sender’s own name for this send: the same again is answered, and not sent again.',
  example: 'order-17-paid',
};

export class SendPath {
  @SendIdField(ID_WORDS)
  readonly id = '' as FrameId;
}

export class RoomSendPath extends SendPath {
  @RoomField({ description: 'The room’s name.', example: 'lobby' })
  readonly room = '' as RoomName;
}

export class SendBody {
  @UserIdField({
    description: 'Who sends. Left out: the key’s own user, `@` and its name. Another key’s user is refused.',
    example: 'shop',
    optional: true,
  })
  readonly fromUserId?: UserId;

  @ContentField({ description: 'What is said.', example: { order: 17, state: 'paid' } })
  readonly message: MessageContent = '';
}

export class MessageBody extends SendBody {
  @UserIdField({ description: 'Whom it is for.', example: 'B' })
  readonly toUserId = '' as UserId;

  @CountField({ description: 'Seconds after which it is no longer of use.', example: 86_400, optional: true })
  readonly ttlS?: number;

  @FlagField({ description: 'Only for who is online now; never stored.', optional: true })
  readonly ephemeral?: boolean;
}

export class BatchItem extends MessageBody {
  @SendIdField(ID_WORDS)
  readonly id = '' as FrameId;
}

export class BatchBody {
  @ListField(BatchItem, MAX_ITEMS, { description: `At most ${MAX_ITEMS} messages, stored in this order.` })
  readonly items: readonly Record<string, unknown>[] = [];
}

/** What was stored under its numbers, be it to a room or to everyone. */
export class StoredAnswer {
  @ApiProperty({ type: String, description: 'The server’s name for it.', example: 'k3v9-7' })
  readonly messageId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Its place in the conversation, the room, or among the broadcasts.' })
  readonly seq: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Milliseconds since 1970.' })
  readonly sentAt: number = 0;

  @ApiProperty({ type: Boolean, required: false, description: '`true`: it was stored before; nothing was sent now.' })
  readonly duplicate?: true;
}

/** A message that is stored. */
export class SentAnswer extends StoredAnswer {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'Its place in the sender’s inbox.' })
  readonly cursor: number = 0;

  @ApiProperty({ type: Boolean, description: 'Whether the recipient has a session anywhere.' })
  readonly online: boolean = false;
}

/** A message that went to who was there. */
export class DeliveredAnswer {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'Sessions of the recipient to which it was handed.' })
  readonly delivered: number = 0;

  @ApiProperty({ type: Boolean, example: true })
  readonly online: boolean = true;
}

/** What became of one of a batch: as if it had been sent alone. */
export class BatchItemAnswer implements Partial<SentAnswer>, Partial<DeliveredAnswer> {
  @ApiProperty({ type: Number, description: 'The HTTP status it would have had.', example: 201 })
  readonly status: number = 0;

  @ApiProperty({ type: String, required: false, description: 'The `id` it came with, where that was one.' })
  readonly id?: string;

  @ApiProperty({ type: String, required: false })
  readonly messageId?: string;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly seq?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly sentAt?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly cursor?: number;

  @ApiProperty({ type: Boolean, required: false })
  readonly online?: boolean;

  @ApiProperty({ type: Boolean, required: false })
  readonly duplicate?: true;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly delivered?: number;

  @ApiProperty({ type: ProblemAnswer, required: false, description: 'Why it was declined.' })
  readonly problem?: ProblemAnswer;
}

export class BatchAnswer {
  @ApiProperty({ type: [BatchItemAnswer], description: 'One for each, in their order.' })
  readonly items: readonly BatchItemAnswer[] = [];
}

export class MessagePath {
  @MessageIdField({ description: 'The server’s name for the message.', example: '2bc9e98f1c-1' })
  readonly id: string = '';
}

/** A message that was taken back; its own numbers, but for the `cursor`. */
export class RecallAnswer extends StoredAnswer {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'The recall’s place in the sender’s inbox.' })
  readonly cursor: number = 0;
}

/** One device of the recipient. */
export class DeviceAnswer {
  @ApiProperty({ type: String, example: 'phone' })
  readonly deviceId: string = '';

  @ApiProperty({ type: Boolean, description: 'It has confirmed the message.' })
  readonly delivered: boolean = false;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'When it was last here, in milliseconds since 1970.' })
  readonly seenAt: number = 0;
}

/** One message, and how far it has come. */
export class StatusAnswer {
  @ApiProperty({ type: String, example: 'k3v9-7' })
  readonly messageId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA })
  readonly seq: number = 0;

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'shop' })
  readonly fromUserId: string = '';

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly toUserId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA })
  readonly sentAt: number = 0;

  @ApiProperty({ type: Boolean, description: 'It was taken back, or its time ran out.' })
  readonly recalled: boolean = false;

  @ApiProperty({ type: Boolean, description: 'Some device of the recipient has confirmed it.' })
  readonly delivered: boolean = false;

  @ApiProperty({ type: Boolean, description: 'The recipient has seen it.' })
  readonly read: boolean = false;

  @ApiProperty({ type: [DeviceAnswer], description: 'The recipient’s, the one seen last first.' })
  readonly devices: readonly DeviceAnswer[] = [];
}
