import { ApiProperty } from '../docs/described.js';
import { COUNT_SCHEMA, USER_ID_SCHEMA } from './fields.js';

const TIME = { ...COUNT_SCHEMA, example: 1_767_225_600_000 };
const KINDS = ['message', 'room', 'broadcast'] as const;
const STATES = ['kept', 'recalled', 'expired', 'erased'] as const;

/** A device of the recipient. */
class DeviceLifeAnswer {
  @ApiProperty({ type: String, example: 'phone', description: '`~` stands for plain sessions.' })
  readonly deviceId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'It has everything up to this number of the inbox.' })
  readonly cursor: number = 0;

  @ApiProperty({ type: Boolean, description: 'It has confirmed the message.' })
  readonly has: boolean = false;

  @ApiProperty({ ...TIME, description: 'When it was last here.' })
  readonly seenAt: number = 0;

  @ApiProperty({ ...TIME, required: false, description: 'When it confirmed the message, as far as it was traced.' })
  readonly confirmedAt?: number;
}

/** A session of the recipient, on the node that answers. */
class OpenSessionAnswer {
  @ApiProperty({ type: String })
  readonly sessionId: string = '';

  @ApiProperty({ type: String, example: 'phone' })
  readonly device: string = '';

  @ApiProperty({ type: Boolean })
  readonly full: boolean = false;

  @ApiProperty({ type: Boolean, description: 'The one of its device that messages are delivered to.' })
  readonly current: boolean = false;

  @ApiProperty({ ...TIME })
  readonly since: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'The last number of the inbox that it was sent.' })
  readonly written?: number;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Bytes that wait for it, because it reads slowly.' })
  readonly bufferedBytes: number = 0;
}

/** One time that this node sent the message to a session, of its recipient or of its sender. */
class PushAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly userId: string = '';

  @ApiProperty({ type: String, example: 'phone' })
  readonly device: string = '';

  @ApiProperty({ type: String, description: 'Empty: it was the answer to `GET …/inbox`.' })
  readonly sessionId: string = '';

  @ApiProperty({ ...TIME, description: 'When it was handed to the network; 0: it is about to be.' })
  readonly at: number = 0;

  @ApiProperty({ type: Boolean, required: false, description: 'The network did not take everything at once.' })
  readonly waited?: true;

  @ApiProperty({ ...TIME, required: false, description: 'When it had taken everything.' })
  readonly drainedAt?: number;

  @ApiProperty({ ...TIME, required: false, description: 'When the session ended.' })
  readonly endedAt?: number;

  @ApiProperty({ type: Number, required: false, example: 1006, description: 'The close code it ended with.' })
  readonly endCode?: number;
}

/** What is left of its event for the hook. */
class HookLeftAnswer {
  @ApiProperty({ type: String, enum: ['queued', 'dead'] })
  readonly state: string = '';

  @ApiProperty({ ...TIME, required: false })
  readonly diedAt?: number;

  @ApiProperty({ type: String, required: false, example: 'the receiver answered 400' })
  readonly reason?: string;
}

/** One attempt to tell its event to the hook. */
class TellingAnswer {
  @ApiProperty({ type: String, example: 'delivered' })
  readonly outcome: string = '';

  @ApiProperty({ ...TIME })
  readonly at: number = 0;
}

/** Something for many went out. */
class PublishedAnswer {
  @ApiProperty({ ...TIME })
  readonly at: number = 0;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'To so many sessions of this node.' })
  readonly sessions: number = 0;
}

/** All that is known of one message. */
export class LifeAnswer {
  @ApiProperty({
    type: String,
    description: 'All of it in one sentence, for people: why it did not arrive, or that it did.',
    example:
      'stored at 2026-01-01T00:00:00.000Z as number 12 of B’s inbox (seq 5); B has no device online; device phone is at 11',
  })
  readonly why: string = '';

  @ApiProperty({ type: String, enum: KINDS, description: 'To a user, to a room, or to everyone.' })
  readonly kind: (typeof KINDS)[number] = 'message';

  @ApiProperty({ type: String, example: '2bc9e98f1c-1' })
  readonly messageId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Its place in the conversation, the room, or among the broadcasts.' })
  readonly seq: number = 0;

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'shop' })
  readonly fromUserId: string = '';

  @ApiProperty({ ...TIME })
  readonly sentAt: number = 0;

  @ApiProperty({ ...TIME, required: false, description: 'What happened on this node since then is traced.' })
  readonly tracedSince?: number;

  @ApiProperty({ type: String, required: false, description: 'Of a message to a room.' })
  readonly room?: string;

  @ApiProperty({ type: [PublishedAnswer], required: false, description: 'Of what is for many.' })
  readonly published?: readonly PublishedAnswer[];

  @ApiProperty({
    ...USER_ID_SCHEMA,
    required: false,
    example: 'B',
    description: 'Of a message to a user, as all below.',
  })
  readonly toUserId?: string;

  @ApiProperty({ type: String, enum: STATES, required: false, description: 'Why its content is no longer told.' })
  readonly state?: (typeof STATES)[number];

  @ApiProperty({ ...TIME, required: false })
  readonly recalledAt?: number;

  @ApiProperty({ ...TIME, required: false })
  readonly expiresAt?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'Its number in the sender’s inbox.' })
  readonly cursor?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'Its number in the recipient’s inbox, …' })
  readonly recipientCursor?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: '… which goes up to this, …' })
  readonly head?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: '… and is no longer kept up to this.' })
  readonly floor?: number;

  @ApiProperty({ type: Boolean, required: false, description: 'Some device of the recipient has confirmed it.' })
  readonly delivered?: boolean;

  @ApiProperty({ type: Boolean, required: false, description: 'The recipient has seen it.' })
  readonly read?: boolean;

  @ApiProperty({ type: Boolean, required: false, description: 'The recipient has a session, on whatever node.' })
  readonly online?: boolean;

  @ApiProperty({ type: [DeviceLifeAnswer], required: false, description: 'The recipient’s, the one seen last first.' })
  readonly devices?: readonly DeviceLifeAnswer[];

  @ApiProperty({ type: [OpenSessionAnswer], required: false })
  readonly sessions?: readonly OpenSessionAnswer[];

  @ApiProperty({ type: [PushAnswer], required: false, description: 'By this node, as far as they were traced.' })
  readonly pushes?: readonly PushAnswer[];

  @ApiProperty({ type: HookLeftAnswer, required: false })
  readonly hook?: HookLeftAnswer;

  @ApiProperty({ type: [TellingAnswer], required: false, description: 'Attempts to tell its event to the hook.' })
  readonly tellings?: readonly TellingAnswer[];
}
