import { isFrameId } from '../../src/model/ids.js';
import type { Refused } from './events.js';
import { fieldsOf, isFields } from './json.js';
import { MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from './limits.js';
import { utf8Length } from './utf8.js';

/** A message or a broadcast on its way. */
export interface OutboxItem {
  readonly id: string;
  /** The whole frame, the same each time it is sent. */
  readonly text: string;
}

/** What was sent and not answered for good, in the order of the sends. A value: the functions give the next one. */
export type Outbox = readonly OutboxItem[];

/** With `item` at its end; null when that is more than it holds. */
export function put(outbox: Outbox, item: OutboxItem): Outbox | null {
  const after = outbox.concat(item);
  const bytes = after.reduce((sum, { text }) => sum + utf8Length(text), 0);
  return after.length > MAX_OUTBOX_MESSAGES || bytes > MAX_OUTBOX_BYTES ? null : after;
}

export function without(outbox: Outbox, id: string): Outbox {
  return outbox.filter((item) => item.id !== id);
}

/** What was sent, for an app that has not kept it. */
export function contentOf({ text }: OutboxItem): Omit<Refused, 'id' | 'error'> {
  const { toUserId, room, message }: Frame = JSON.parse(text);
  return { toUserId, room, message };
}

/** What is kept of it between two starts of the app; empty when there is nothing to keep. */
export function outboxToText(outbox: Outbox): string {
  return outbox.length === 0 ? '' : `[${outbox.map(({ text }) => text).join()}]`;
}

/** Passes over what is not what `outboxToText` gave. */
export function outboxFromText(text: string | undefined): Outbox {
  const kept = fieldsOf(text || '');
  return Array.isArray(kept) ? kept.filter(isFrame).map(toItem) : [];
}

type Frame = Omit<Refused, 'error'>;

function isFrame(value: unknown): value is Frame {
  if (!isFields(value) || !isFrameId(value.id)) return false;
  return value.type === 'broadcast' || (value.type === 'message' && (value.toUserId || value.room) !== undefined);
}

function toItem(frame: Frame): OutboxItem {
  return { id: frame.id, text: JSON.stringify(frame) };
}
