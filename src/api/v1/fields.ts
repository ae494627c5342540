import type { Type } from '@nestjs/common';
import {
  DEVICE_ID,
  DEVICE_ID_FORM,
  FRAME_ID,
  FRAME_ID_FORM,
  ROOM_NAME,
  ROOM_NAME_FORM,
  USER_ID,
  USER_ID_FORM,
} from '../../model/ids.js';
import { AVATAR, AVATAR_FORM, MAX_AVATAR, MAX_NICKNAME, NICKNAME, NICKNAME_FORM } from '../../model/profile.js';
import { MAX_CONTENT_DEPTH } from '../../protocol/limits.js';
import {
  IsAvatarText,
  IsCount,
  IsDeviceIdText,
  IsFlag,
  IsFrameIdText,
  IsListOfObjects,
  IsMessageContent,
  IsNicknameText,
  IsNumberText,
  IsRoomNameText,
  IsText,
  IsUserIdText,
  IsWords,
  Optional,
  wordsPattern,
} from '../../validation/constraints.js';
import { ApiProperty } from '../docs/described.js';

/** What is said of a field beside what it may be. */
export interface FieldWords {
  readonly description: string;
  readonly example?: unknown;
  /** It may be left out. */
  readonly optional?: boolean;
}

/** Of a field's value, in JSON Schema. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * One decorator that both checks a field and describes it in the OpenAPI document, so that the two cannot differ: a test
 * holds every field to it.
 */
function field(
  check: PropertyDecorator,
  schema: Schema,
  { optional = false, ...words }: FieldWords,
): PropertyDecorator {
  const describe = ApiProperty({ ...schema, ...words, required: !optional });
  return (target, name) => {
    check(target, name);
    if (optional) Optional()(target, name);
    describe(target, name);
  };
}

const form = (pattern: RegExp) => ({ type: 'string', pattern: pattern.source }) as const;

/** What a message may say [MP-2.10]. */
export const CONTENT_SCHEMA = {
  oneOf: [
    { type: 'string', minLength: 1 },
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
  ],
};

/** The same, as it is told: nothing is left of what erased users said [MP-3.13]. */
export const TOLD_CONTENT_SCHEMA = {
  oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }, { type: 'array', items: {} }],
};

export const USER_ID_SCHEMA = form(USER_ID);
export const COUNT_SCHEMA = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

export function UserIdField(words: FieldWords): PropertyDecorator {
  return field(IsUserIdText(), USER_ID_SCHEMA, described(words, USER_ID_FORM));
}

export function SendIdField(words: FieldWords): PropertyDecorator {
  return field(IsFrameIdText(), form(FRAME_ID), described(words, FRAME_ID_FORM));
}

export function MessageIdField(words: FieldWords): PropertyDecorator {
  return field(IsText(), { type: 'string' }, words);
}

export function RoomField(words: FieldWords): PropertyDecorator {
  return field(IsRoomNameText(), form(ROOM_NAME), described(words, ROOM_NAME_FORM));
}

export function DeviceField(words: FieldWords): PropertyDecorator {
  return field(IsDeviceIdText(), form(DEVICE_ID), described(words, DEVICE_ID_FORM));
}

export function NicknameField(words: FieldWords): PropertyDecorator {
  return field(IsNicknameText(), { ...form(NICKNAME), maxLength: MAX_NICKNAME }, described(words, NICKNAME_FORM));
}

export function AvatarField(words: FieldWords): PropertyDecorator {
  return field(IsAvatarText(), { ...form(AVATAR), maxLength: MAX_AVATAR }, described(words, AVATAR_FORM));
}

/** For people to read. */
export function WordsField(most: number, words: FieldWords): PropertyDecorator {
  return field(IsWords(most), form(wordsPattern(most)), words);
}

export function TextField(words: FieldWords): PropertyDecorator {
  return field(IsText(), { type: 'string' }, words);
}

export function FlagField(words: FieldWords): PropertyDecorator {
  return field(IsFlag(), { type: 'boolean' }, words);
}

/** Of a list of objects of one class; whoever takes it looks at each. */
export function ListField(of: Type<object>, most: number, words: FieldWords): PropertyDecorator {
  return field(IsListOfObjects(most), { type: [of], minItems: 1, maxItems: most }, words);
}

export function CountField(words: FieldWords): PropertyDecorator {
  return field(IsCount(), COUNT_SCHEMA, words);
}

export function ContentField(words: FieldWords): PropertyDecorator {
  const its = `A non-empty string, or any JSON object or array at most ${MAX_CONTENT_DEPTH} levels deep.`;
  return field(IsMessageContent(), CONTENT_SCHEMA, described(words, its));
}

/** Of a query: an integer, as text. */
export function NumberTextField(words: FieldWords & { readonly from: number; readonly to: number }): PropertyDecorator {
  const { from, to, ...rest } = words;
  return field(IsNumberText(from, to), { type: 'integer', minimum: from, maximum: to }, rest);
}

function described({ description, ...rest }: FieldWords, expectation: string): FieldWords {
  return { ...rest, description: `${description} ${expectation}` };
}
