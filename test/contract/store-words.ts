import { expect } from 'vitest';
import { type MessageStatus, messageStatus } from '../../src/messaging/message-status.js';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import type { QueueHook, SettleHook } from '../../src/messaging/ports/store-hooks.js';
import type { MessageQuery } from '../../src/messaging/ports/store-reads.js';
import type {
  ConfirmCursor,
  EraseUser,
  MarkRead,
  NoteSeen,
  SetBlock,
  SetProfile,
  Stored,
  StoreOutcome,
  WriteMessage,
  WriteRecall,
  WriteRoomMessage,
} from '../../src/messaging/ports/store-writes.js';
import type { DeviceId, FrameId, RoomName, UserId } from '../../src/model/ids.js';

/** Short words for what the store tests write. */
export const user = (name: string) => name as UserId;
export const room = (name: string) => name as RoomName;
export const A = user('A');
export const B = user('B');
export const C = user('C');

/** A page larger than any test fills. */
export const PAGE = { limit: 1000, maxBytes: 1_000_000, now: 0 } as const;

export function message(fromUserId: UserId, toUserId: UserId, id?: string): WriteMessage {
  return { kind: 'message', fromUserId, toUserId, content: '"hello"', sentAt: 1, ...named(id) };
}

export function recall(fromUserId: UserId, messageId: string, id?: string): WriteRecall {
  return { kind: 'recall', fromUserId, messageId, sentAt: 2, notBefore: 0, ...named(id) };
}

export function confirm(userId: UserId, deviceId: string, cursor: number, seenAt: number): ConfirmCursor {
  return { kind: 'confirm', userId, deviceId: deviceId as DeviceId, cursor, seenAt };
}

export function read(userId: UserId, peerId: UserId, seq: number): MarkRead {
  return { kind: 'read', userId, peerId, seq };
}

export function inRoom(fromUserId: UserId, name: RoomName, id?: string): WriteRoomMessage {
  return { kind: 'room', fromUserId, room: name, content: '"hello"', sentAt: 1, ...named(id) };
}

export function profile(userId: UserId, change: Omit<SetProfile, 'kind' | 'userId'>): SetProfile {
  return { kind: 'profile', userId, ...change };
}

export function block(userId: UserId, peerId: UserId, blocked: boolean): SetBlock {
  return { kind: 'block', userId, peerId, blocked };
}

export function seen(userId: UserId, seenAt: number): NoteSeen {
  return { kind: 'seen', userId, seenAt };
}

export function erase(userId: UserId): EraseUser {
  return { kind: 'erase', userId };
}

/** The outcomes, every one of which must be `stored`. */
export function stored(outcomes: readonly StoreOutcome[]): Stored[] {
  return outcomes.map((outcome) => {
    if (outcome.kind !== 'stored') expect.fail(`expected it to be stored, got ${JSON.stringify(outcome)}`);
    return outcome;
  });
}

/** A message whose recipient is not online. */
export function waiting(fromUserId: UserId, toUserId: UserId, id?: string): WriteMessage {
  return { ...message(fromUserId, toUserId, id), isWaiting: true };
}

export function came(userId: UserId, type: QueueHook['type'], at: number): QueueHook {
  return { kind: 'queueHook', type, userId, at };
}

export function settled(eventId: string, result: SettleHook['result'], at: number, reason?: string): SettleHook {
  return { kind: 'settleHook', eventId, result, at, ...(reason !== undefined && { reason }) };
}

function named(id: string | undefined): { id?: FrameId } {
  return id === undefined ? {} : { id: id as FrameId };
}

/** How far a message has come, by what the store knows of its life. */
export async function statusOf({ read: reads }: MessageStore, query: MessageQuery): Promise<MessageStatus | undefined> {
  return messageStatus(await reads.life(query));
}
