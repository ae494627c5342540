import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import type { MessageContent } from '../model/content.js';
import {
  DEVICE_ID_FORM,
  FRAME_ID_FORM,
  isDeviceId,
  isFrameId,
  isRoomName,
  isUserId,
  ROOM_NAME_FORM,
  USER_ID_FORM,
} from '../model/ids.js';
import { AVATAR_FORM, isAvatar, isNickname, NICKNAME_FORM } from '../model/profile.js';
import { describe } from '../protocol/decode.js';
import { MAX_CONTENT_DEPTH, MAX_WATCHED } from '../protocol/limits.js';

/** The field may be left out; `null` is not left out. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_frame, value) => value !== undefined);
}

export function IsUserIdText(): PropertyDecorator {
  return constraint('isUserIdText', `be ${USER_ID_FORM}`, isUserId);
}

export function IsFrameIdText(): PropertyDecorator {
  return constraint('isFrameIdText', `be ${FRAME_ID_FORM}`, isFrameId);
}

export function IsRoomNameText(): PropertyDecorator {
  return constraint('isRoomNameText', `be ${ROOM_NAME_FORM}`, isRoomName);
}

export function IsNicknameText(): PropertyDecorator {
  return constraint('isNicknameText', `be ${NICKNAME_FORM}`, isNickname);
}

export function IsAvatarText(): PropertyDecorator {
  return constraint('isAvatarText', `be ${AVATAR_FORM}`, isAvatar);
}

export function IsWatchList(): PropertyDecorator {
  return constraint(
    'isWatchList',
    `be a list of 1 to ${MAX_WATCHED} user ids, each ${USER_ID_FORM}`,
    (value) => Array.isArray(value) && value.length > 0 && value.length <= MAX_WATCHED && value.every(isUserId),
  );
}

/** A user id is judged by the handler, which knows whose session it is [MP-2.9]. */
export function IsText(): PropertyDecorator {
  return constraint('isText', 'be a string', (value) => typeof value === 'string');
}

export function IsFlag(): PropertyDecorator {
  return constraint('isFlag', 'be true or false', (value) => typeof value === 'boolean');
}

export function IsCount(): PropertyDecorator {
  return constraint(
    'isCount',
    'be an integer from 0 to 2^53-1',
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  );
}

export function IsListOfObjects(most: number): PropertyDecorator {
  return constraint(
    'isListOfObjects',
    `be a list of 1 to ${most} objects`,
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= most &&
      value.every((item) => isContainer(item) && !Array.isArray(item)),
  );
}

export function IsDeviceIdText(): PropertyDecorator {
  return constraint('isDeviceIdText', `be ${DEVICE_ID_FORM}`, isDeviceId);
}

/** A text for people: no control characters, at most so many characters. */
export function IsWords(most: number): PropertyDecorator {
  return constraint(
    'isWords',
    `be 1 to ${most} characters, none of them a control character`,
    (value) => typeof value === 'string' && wordsPattern(most).test(value),
  );
}

export function wordsPattern(most: number): RegExp {
  return new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${most}}$`, 'u');
}

/** An integer, as the text of a query. */
export function IsNumberText(from: number, to: number): PropertyDecorator {
  return constraint(
    'isNumberText',
    `be an integer from ${from} to ${to}`,
    (value) => typeof value === 'string' && /^\d{1,16}$/.test(value) && Number(value) >= from && Number(value) <= to,
  );
}

/** A non-empty string, or any JSON object or array that is not too deep [MP-2.10]. */
export function IsMessageContent(): PropertyDecorator {
  return constraint(
    'isMessageContent',
    `be a non-empty string, or a JSON object or array at most ${MAX_CONTENT_DEPTH} levels deep`,
    isMessageContent,
  );
}

export function isMessageContent(value: unknown): value is MessageContent {
  return typeof value === 'string' ? value !== '' : isContainer(value) && fitsDepth(value, MAX_CONTENT_DEPTH);
}

/** A constraint that says what was expected and what came. It must judge by the value alone: see `compileDto`. */
function constraint(name: string, expectation: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate,
      defaultMessage: (args?: ValidationArguments) =>
        `${args?.property} must ${expectation}, got ${describe(args?.value)}`,
    },
  });
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function fitsDepth(container: object, depth: number): boolean {
  if (depth === 0) return false;
  for (const value of Object.values(container)) {
    if (isContainer(value) && !fitsDepth(value, depth - 1)) return false;
  }
  return true;
}
