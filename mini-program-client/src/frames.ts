import type { ServerFrame } from '../../src/protocol/frames.js';
import { type Fields, fieldsOf, isFields, isPlace } from './json.js';

/** The server is going; it closes soon. */
export interface GoawayFrame {
  readonly type: 'goaway';
  readonly retryAfterMs: number;
}

/** Every frame that this client acts on. */
export type HeardFrame = ServerFrame | GoawayFrame;

/** A frame of the server, or null for anything that is none, is not whole, or is of a type that this client has not. */
export function parseFrame(text: string): HeardFrame | null {
  const value = fieldsOf(text);
  return value && isHeard(value) ? value : null;
}

/** The edge: what this says yes to is trusted from here on. */
function isHeard(frame: Fields): frame is Fields & HeardFrame {
  switch (frame.type) {
    case 'pong':
      return isPlaceOrNone(frame.head) && isPlaceOrNone(frame.broadcast);
    case 'message':
      return isDelivery(frame) && isText(frame.toUserId) && isPlaceOrNone(frame.cursor);
    case 'recalled':
      return isText(frame.messageId) && isPlaceOrNone(frame.cursor);
    case 'synced':
      return isPlace(frame.cursor);
    case 'toolong':
      // Rooms have numbers of their own.
      return isPlace(frame.head) && frame.room === undefined;
    case 'broadcast':
      return isDelivery(frame) && isPlace(frame.seq);
    case 'receipt':
      return isText(frame.peerId) && [frame.delivered, frame.read, frame.ownRead].every(isPlaceOrNone);
    case 'history':
    case 'conversations':
      return isText(frame.id) && Array.isArray(frame.items);
    case 'ack':
      return isText(frame.id) && isPlaceOrNone(frame.cursor);
    case 'error':
      return isText(frame.code) && isText(frame.message) && (isText(frame.id) || frame.id === undefined);
    case 'welcome':
      // Less than a second would be a flood of pings; more than a day would be none.
      return (
        isText(frame.epoch) &&
        isPlace(frame.cursor) &&
        isPlace(frame.broadcast) &&
        isPlace(frame.broadcastFrom) &&
        isFrom(1024, frame.maxFrameBytes) &&
        isFrom(1000, frame.pingEveryMs) &&
        isFrom(frame.pingEveryMs + 1, frame.deadAfterMs) &&
        frame.deadAfterMs < 9e7
      );
    case 'goaway':
      return isFrom(0, frame.retryAfterMs);
  }
  return false;
}

function isDelivery({ fromUserId, sentAt, message }: Fields): boolean {
  return isText(fromUserId) && isFrom(0, sentAt) && (isText(message) || isFields(message));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPlaceOrNone(value: unknown): boolean {
  return value === undefined || isPlace(value);
}

function isFrom(least: number, value: unknown): value is number {
  return typeof value === 'number' && value >= least;
}
