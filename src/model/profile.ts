import type { UserId } from './ids.js';

/** How a user wants to be called and seen. What is absent was never set. */
export interface Profile {
  readonly nickname?: string;
  /** A web address, or any short name of a picture that the clients know. */
  readonly avatar?: string;
}

/** Whether there is anything to be seen. */
export function isProfile({ nickname, avatar }: Profile): boolean {
  return nickname !== undefined || avatar !== undefined;
}

/** A user, as others see one. */
export interface ProfiledUser {
  readonly userId: UserId;
  readonly profile: Profile;
}

/** What each part may be, in the words of error messages. */
export const NICKNAME_FORM =
  'at most 32 characters, none of them a control character, some of them to be seen, no white space at either end';
export const AVATAR_FORM = 'a web address, or the name of a picture: at most 512 characters, no white space';

export const MAX_NICKNAME = 32;
/** Nothing that turns the direction of what follows, and not only what nobody sees. */
export const NICKNAME =
  /^$|^(?!\s)(?=.*[\p{L}\p{N}\p{P}\p{S}])[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*(?<!\s)$/u;
/** No scheme but the web's: an address like `javascript:` is no picture, wherever it is put. */
export const AVATAR = /^(?:[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s\p{Cc}\p{Cs}]*|[^\s\p{Cc}\p{Cs}:]*)$/u;
export const MAX_AVATAR = 512;

/** An empty one is none. */
export function isNickname(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 2 * MAX_NICKNAME &&
    [...value].length <= MAX_NICKNAME &&
    NICKNAME.test(value)
  );
}

/** An empty one is none. */
export function isAvatar(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_AVATAR && AVATAR.test(value);
}

/** So many users one user may block. */
export const MAX_BLOCKED = 1_000;

/** What a user is told who wants to block one more. */
export const TOO_MANY_BLOCKED = `a user blocks at most ${MAX_BLOCKED} others; expected some of them unblocked first`;
