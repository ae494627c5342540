import type { ContentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import type { InboxEntry, StoredBroadcast } from '../model/stored.js';
import type { Close, ErrorCode } from './codes.js';
import type { ServerFrame } from './frames.js';

/** The numbers of something stored. */
interface StoredAck {
  readonly messageId: string;
  readonly seq: number;
  readonly sentAt: number;
  readonly cursor: number;
  readonly duplicate: boolean;
}

/** The pong of a plain session, to the byte [MP-2.3]. */
export const PLAIN_PONG = '{"type":"pong"}';

export function encode(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** What a node writes most is written by hand [MP-2.15]. */
export function encodeEphemeralMessage(from: UserId, to: UserId, message: ContentJson, sentAt: number): string {
  return `{"type":"message","ephemeral":true,"fromUserId":"${from}","toUserId":"${to}","message":${message},"sentAt":${sentAt}}`;
}

export function encodeBroadcast({ messageId, seq, fromUserId, content, sentAt }: StoredBroadcast): string {
  return `{"type":"broadcast","messageId":"${messageId}","seq":${seq},"fromUserId":"${fromUserId}","message":${content},"sentAt":${sentAt}}`;
}

/** An entry of `userId`'s inbox. A plain session sees no `cursor`, and nobody but the sender its `id` [MP-2.15]. */
export function encodeEntry(entry: InboxEntry, userId: UserId, full: boolean): string {
  const { messageId, cursor, seq, fromUserId, toUserId } = entry;
  const place = full ? `"cursor":${cursor},` : '';
  const head = `"messageId":"${messageId}",${place}"seq":${seq},"fromUserId":"${fromUserId}","toUserId":"${toUserId}"`;
  if (entry.kind === 'recalled') return `{"type":"recalled",${head}}`;
  const id = entry.id === undefined || fromUserId !== userId ? '' : `,"id":${JSON.stringify(entry.id)}`;
  return `{"type":"message",${head},"message":${entry.content},"sentAt":${entry.sentAt}${id}}`;
}

export function encodeStoredAck(id: string, { messageId, seq, sentAt, cursor, duplicate }: StoredAck): string {
  // A broadcast takes no place in an inbox.
  const place = cursor === 0 ? '' : `,"cursor":${cursor}`;
  const again = duplicate ? ',"duplicate":true' : '';
  return `{"type":"ack","id":${JSON.stringify(id)},"messageId":"${messageId}","seq":${seq},"sentAt":${sentAt}${place}${again}}`;
}

export function encodeAck(id: string, delivered: number): string {
  return `{"type":"ack","id":${JSON.stringify(id)},"delivered":${delivered}}`;
}

/** The answer to a `token` frame; the one ack that may have no `id` [MP-1.21]. */
export function encodeTokenAck(id: string | undefined, expiresAt: number): string {
  return JSON.stringify({ type: 'ack', id, expiresAt });
}

export function encodeError(code: ErrorCode, message: string, id?: string, retryAfterMs?: number): string {
  return encode({ type: 'error', id, code, message, retryAfterMs });
}

/** The `error` frame that goes before a 4xxx close; other closes have none [MP-6.1]. */
export function encodeFarewell({ word, because }: Close): string | undefined {
  if (because === undefined) return undefined;
  return JSON.stringify({ type: 'error', code: word, message: because });
}
