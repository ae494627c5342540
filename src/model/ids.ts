/** A person's account. 1-64 of `A-Za-z0-9_.@-` [MP-1.2]. */
export type UserId = string & { readonly __brand: 'UserId' };

/** One place a user is signed in. 1-64 of `A-Za-z0-9_.-` [MP-1.5]. */
export type DeviceId = string & { readonly __brand: 'DeviceId' };

/** The sender's own name for a send. 1-64 printable ASCII characters [MP-2.11]. */
export type FrameId = string & { readonly __brand: 'FrameId' };

export const USER_ID_PATTERN = /^[A-Za-z0-9_.@-]{1,64}$/;
export const DEVICE_ID_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;
export const FRAME_ID_PATTERN = /^[\x20-\x7e]{1,64}$/;

export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' && USER_ID_PATTERN.test(value);
}

export function isDeviceId(value: unknown): value is DeviceId {
  return typeof value === 'string' && DEVICE_ID_PATTERN.test(value);
}

export function isFrameId(value: unknown): value is FrameId {
  return typeof value === 'string' && FRAME_ID_PATTERN.test(value);
}
