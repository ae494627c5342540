/** A person's account [MP-1.2]. */
export type UserId = string & { readonly __brand: 'UserId' };

/** One place a user is signed in [MP-1.5]. */
export type DeviceId = string & { readonly __brand: 'DeviceId' };

/** The sender's own name for a send [MP-2.11]. */
export type FrameId = string & { readonly __brand: 'FrameId' };

/** A room's name: whoever enters under it is in the same room [MP-4.4]. */
export type RoomName = string & { readonly __brand: 'RoomName' };

/** What each kind of id may be, in the words of error messages. */
export const USER_ID_FORM = '1 to 64 of A-Z a-z 0-9 _ . @ -';
export const DEVICE_ID_FORM = '1 to 64 of A-Z a-z 0-9 _ . -';
export const FRAME_ID_FORM = '1 to 64 printable ASCII characters';
export const ROOM_NAME_FORM = '1 to 64 letters and digits of any script, or _ . @ : # -';

/** The forms themselves. */
export const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
export const DEVICE_ID = /^[A-Za-z0-9_.-]{1,64}$/;
export const FRAME_ID = /^[\x20-\x7e]{1,64}$/;
export const ROOM_NAME = /^[\p{L}\p{M}\p{N}_.@:#-]{1,64}$/u;

export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' && USER_ID.test(value);
}

/** As whom an API key of this name sends, unless it says otherwise: nobody connects as such a user [MP-1.2]. */
export function userOfKey(name: string): UserId {
  return `@${name}` as UserId;
}

export function isUserOfKey(userId: UserId): boolean {
  return userId.startsWith('@');
}

export function isDeviceId(value: unknown): value is DeviceId {
  return typeof value === 'string' && DEVICE_ID.test(value);
}

export function isFrameId(value: unknown): value is FrameId {
  return typeof value === 'string' && FRAME_ID.test(value);
}

export function isRoomName(value: unknown): value is RoomName {
  return typeof value === 'string' && ROOM_NAME.test(value);
}
