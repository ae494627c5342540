import type { MessageContent } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import type { Close, ErrorCode } from './codes.js';
import type { ServerFrame } from './frames.js';

/** The pong of a plain session, to the byte [MP-2.3]. */
export const PLAIN_PONG = '{"type":"pong"}';

/** RFC 8259 §7; surrogates too, because lone ones have to be escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

export function encode(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** Ephemeral messages and broadcasts are written by hand, because they are most of what a node writes [MP-2.15]. */
export function encodeEphemeralMessage(from: UserId, to: UserId, message: MessageContent, sentAt: number): string {
  return `{"type":"message","ephemeral":true,"fromUserId":"${from}","toUserId":"${to}","message":${contentAsJson(message)},"sentAt":${sentAt}}`;
}

export function encodeEphemeralBroadcast(from: UserId, message: MessageContent, sentAt: number): string {
  return `{"type":"broadcast","ephemeral":true,"fromUserId":"${from}","message":${contentAsJson(message)},"sentAt":${sentAt}}`;
}

/** Most texts have nothing to escape, and finding that out takes less than half the time of `JSON.stringify`. */
function contentAsJson(content: MessageContent): string {
  return typeof content === 'string' && !NEEDS_ESCAPE.test(content) ? `"${content}"` : JSON.stringify(content);
}

export function encodeError(code: ErrorCode, message: string, id?: string): string {
  return encode(id === undefined ? { type: 'error', code, message } : { type: 'error', id, code, message });
}

/** The `error` frame that goes before a 4xxx close; other closes have none [MP-6.1]. */
export function encodeFarewell({ word, because }: Close): string | undefined {
  if (because === undefined) return undefined;
  return JSON.stringify({ type: 'error', code: word, message: because });
}
