import type { MessageContent } from '../../model/content.js';
import type { RoomName } from '../../model/ids.js';
import { MAX_PAGE_ITEMS, PAGE_ITEMS } from '../../protocol/limits.js';
import { ApiProperty } from '../docs/described.js';
import { COUNT_SCHEMA, NumberTextField, RoomField, TOLD_CONTENT_SCHEMA, USER_ID_SCHEMA } from './fields.js';

export class RoomPath {
  @RoomField({ description: 'The room’s name.', example: 'lobby' })
  readonly room = '' as RoomName;
}

export class RoomHistoryQueryDto {
  @NumberTextField({
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    description: 'Only below this `seq`.',
    optional: true,
  })
  readonly before?: string;

  @NumberTextField({
    from: 1,
    to: MAX_PAGE_ITEMS,
    description: `Messages on the page; ${PAGE_ITEMS} if left out. Long ones make it shorter.`,
    optional: true,
  })
  readonly limit?: string;
}

class RoomMessageAnswer {
  @ApiProperty({ type: String, example: 'k3v9-a' })
  readonly messageId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA, description: 'Its place in the room.' })
  readonly seq: number = 0;

  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly fromUserId: string = '';

  @ApiProperty({ ...COUNT_SCHEMA })
  readonly sentAt: number = 0;

  @ApiProperty({ ...TOLD_CONTENT_SCHEMA, example: 'hello all' })
  readonly message: MessageContent = '';
}

class ProfileAnswer {
  @ApiProperty({ type: String, required: false, example: 'Ann' })
  readonly nickname?: string;

  @ApiProperty({ type: String, required: false })
  readonly avatar?: string;
}

class AuthorAnswer {
  @ApiProperty({ ...USER_ID_SCHEMA, example: 'B' })
  readonly userId: string = '';

  @ApiProperty({ type: ProfileAnswer })
  readonly profile: ProfileAnswer = {};
}

export class RoomHistoryAnswer {
  @ApiProperty({ type: String, example: 'lobby' })
  readonly room: string = '';

  @ApiProperty({ type: [RoomMessageAnswer], description: 'Newest first.' })
  readonly items: readonly RoomMessageAnswer[] = [];

  @ApiProperty({ type: [AuthorAnswer], description: 'Who wrote one of them and has a profile.' })
  readonly members: readonly AuthorAnswer[] = [];

  @ApiProperty({ type: Boolean, description: 'Whether there are older ones.' })
  readonly more: boolean = false;
}
