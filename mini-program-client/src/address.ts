import { DEVICE_ID_FORM, isDeviceId, isUserId, USER_ID_FORM } from '../../src/model/ids.js';
import { PROTOCOL_VERSION } from '../../src/protocol/limits.js';
import { MinimError } from './errors.js';
import type { ClientSettings } from './options.js';

/**
 * Where to dial, as a full session [MP-1.4]; each dial adds where its inbox begins. A server refuses a wrong address with an HTTP status, which no browser and no
 * mini-program shows, and the client would try for ever: so it is looked at here.
 *
 * @throws MinimError `bad_argument`
 */
export function websocketUrl({ url, userId }: ClientSettings, device: string): string {
  const server = url.replace(/^http/, 'ws').replace(/\/+$/, '');
  check(/^wss?:\/\/[^\s?#]+$/.test(server), 'url', 'like wss://im.example.com', url);
  // In a path, `.` and `..` are no names [MP-1.2].
  check(isUserId(userId) && !/^\.\.?$/.test(userId), 'userId', USER_ID_FORM, userId);
  check(isDeviceId(device), 'device', DEVICE_ID_FORM, device);
  return `${server}/websocket/${encodeURIComponent(userId)}?v=${PROTOCOL_VERSION}&device=${device}`;
}

function check(right: boolean, name: string, form: string, value: unknown): void {
  if (!right) throw new MinimError('bad_argument', `${name} must be ${form}, got "${value}"`);
}
