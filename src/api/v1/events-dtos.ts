import { USER_EVENT_SUBJECTS, USER_EVENTS, type UserEvent } from '../../model/user-event.js';
import { MAX_POLL_WAIT_S } from '../../protocol/limits.js';
import { ApiProperty } from '../docs/described.js';
import { COUNT_SCHEMA, NumberTextField, TextField, USER_ID_SCHEMA } from './fields.js';

const TIME = { ...COUNT_SCHEMA, example: 1_767_225_600_000 };

export class EventsQuery {
  @TextField({
    description: '`next` of the answer before. Left out: it begins now, and answers at once.',
    optional: true,
  })
  readonly after?: string;

  @NumberTextField({
    from: 0,
    to: MAX_POLL_WAIT_S,
    description: 'Seconds to wait while nothing happens; 0 if left out.',
    optional: true,
  })
  readonly wait?: string;
}

/** Something that happened to the user's messages or sessions. */
class UserEventAnswer implements UserEvent {
  @ApiProperty({
    type: String,
    enum: USER_EVENTS,
    description:
      '`sent`: by the user, with its `outcome`; `came`: stored for the user; `pushed` to a session; `ephemeral`: handed over, not stored; `confirmed` by a device up to `cursor`; `read` by the user; `receipt`: the user is told how far the other side is; `refused`: a session was told `error`; `hook`: an event for the shop’s backend.',
  })
  readonly type: UserEvent['type'] = 'sent';

  @ApiProperty(TIME)
  readonly at: number = 0;

  @ApiProperty({ type: String, required: false, description: 'Empty: a question over HTTP.' })
  readonly sessionId?: string;

  @ApiProperty({ type: String, required: false, example: 'phone' })
  readonly device?: string;

  @ApiProperty({ type: Boolean, required: false })
  readonly full?: boolean;

  @ApiProperty({ type: String, required: false })
  readonly remoteAddress?: string;

  @ApiProperty({ type: Number, required: false, example: 1006, description: 'The close code.' })
  readonly code?: number;

  @ApiProperty({ type: String, required: false, example: 'rate_limited', description: 'The word of the `error`.' })
  readonly error?: string;

  @ApiProperty({ type: String, enum: USER_EVENT_SUBJECTS, required: false })
  readonly what?: (typeof USER_EVENT_SUBJECTS)[number];

  @ApiProperty({ type: String, required: false, example: 'stored', description: 'What became of it.' })
  readonly outcome?: string;

  @ApiProperty({ type: String, required: false, description: 'The sender’s own name for a send.' })
  readonly id?: string;

  @ApiProperty({ type: String, required: false, example: '2bc9e98f1c-1' })
  readonly messageId?: string;

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, example: 'A' })
  readonly fromUserId?: string;

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, example: 'B' })
  readonly toUserId?: string;

  @ApiProperty({ type: String, required: false })
  readonly room?: string;

  @ApiProperty({ ...USER_ID_SCHEMA, required: false, example: 'B' })
  readonly peerId?: string;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly seq?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'A number in the user’s inbox.' })
  readonly cursor?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly delivered?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly read?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false })
  readonly ownRead?: number;

  @ApiProperty({ ...COUNT_SCHEMA, required: false, description: 'So many got it.' })
  readonly sessions?: number;

  @ApiProperty({ type: String, required: false, example: 'message.waiting', description: 'Which event for the hook.' })
  readonly event?: string;

  @ApiProperty({ type: String, required: false })
  readonly reason?: string;
}

export class EventsAnswer {
  @ApiProperty({ type: [UserEventAnswer], description: 'In the order in which they happened; none when nothing did.' })
  readonly events: readonly UserEventAnswer[] = [];

  @ApiProperty({ type: String, description: 'As `after` it asks for what follows.' })
  readonly next: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'So many came before these that are no longer kept.' })
  readonly lost: number = 0;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: '`true`: `after` is not known here, and so it is not known what came in between.',
  })
  readonly broken?: true;
}
