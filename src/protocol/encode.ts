import type { ContentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import type { Close, ErrorCode } from './codes.js';
import type { ServerFrame } from './frames.js';

/** The pong of a plain session, to the byte [MP-2.3]. */
export const PLAIN_PONG = '{"type":"pong"}';

export function encode(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** Ephemeral messages and broadcasts are written by hand, because they are most of what a node writes [MP-2.15]. */
export function encodeEphemeralMessage(from: UserId, to: UserId, message: ContentJson, sentAt: number): string {
  return `{"type":"message","ephemeral":true,"fromUserId":"${from}","toUserId":"${to}","message":${message},"sentAt":${sentAt}}`;
}

export function encodeEphemeralBroadcast(from: UserId, message: ContentJson, sentAt: number): string {
  return `{"type":"broadcast","ephemeral":true,"fromUserId":"${from}","message":${message},"sentAt":${sentAt}}`;
}

export function encodeAck(id: string, delivered: number): string {
  return `{"type":"ack","id":${JSON.stringify(id)},"delivered":${delivered}}`;
}

export function encodeError(code: ErrorCode, message: string, id?: string): string {
  return encode(id === undefined ? { type: 'error', code, message } : { type: 'error', id, code, message });
}

/** The `error` frame that goes before a 4xxx close; other closes have none [MP-6.1]. */
export function encodeFarewell({ word, because }: Close): string | undefined {
  if (because === undefined) return undefined;
  return JSON.stringify({ type: 'error', code: word, message: because });
}
