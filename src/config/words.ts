import { isIP } from 'node:net';
import { type ApiKey, SCOPES, type Scope } from '../model/api-key.js';

export const API_KEY_LEAST_LENGTH = 24;
export const HOOK_SECRET_LEAST_LENGTH = 24;

/** `scheme://host` or `scheme://host:port`, as browsers write it (RFC 6454 §6.1). */
export const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$|^https?:\/\/\[[0-9a-f:]+\](:\d{1,5})?$/;

/** A mini-program's. */
export const APP_ID = /^wx[0-9a-f]{16}$/;

/** Of the name one character fewer than of a user id, so that `@name` is one. */
const API_KEY = /^([A-Za-z0-9_.-]{1,63}):([a-z+]+):([\x21-\x7e]+)$/;

/** `name:scopes:key`, scopes with `+` in between. */
export function parseApiKey(text: string): ApiKey | undefined {
  const [, name = '', given = '', key = ''] = API_KEY.exec(text) ?? [];
  const scopes = given.split('+');
  return key.length >= API_KEY_LEAST_LENGTH && scopes.every(isScope) ? { name, scopes, key } : undefined;
}

/** An IP address, or one with the length of its prefix behind it. */
export function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  if (family === 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
