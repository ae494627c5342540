import type { UserEvent } from '../../model/user-event.js';
import type { StoreOutcome, StoreWrite } from '../ports/store-writes.js';

type Told = readonly [userId: string, event: Omit<UserEvent, 'at'>];
type Send = Extract<StoreWrite, { readonly kind: 'message' | 'recall' | 'broadcast' | 'room' }>;

/** What a write and its answer mean to users, sender first. */
export function eventsOf(write: StoreWrite, outcome: StoreOutcome): readonly Told[] {
  switch (write.kind) {
    case 'message':
    case 'recall':
    case 'broadcast':
    case 'room':
      return ofSend(write, outcome);
    case 'confirm': {
      const { userId, deviceId: device } = write;
      return outcome.kind === 'confirmed' ? [[userId, { type: 'confirmed', device, cursor: outcome.cursor }]] : [];
    }
    case 'read': {
      const { userId, peerId } = write;
      return outcome.kind === 'read' ? [[userId, { type: 'read', peerId, seq: outcome.seq }]] : [];
    }
    case 'queueHook':
      return [[write.userId, { type: 'hook', event: write.type, outcome: outcome.kind }]];
    default:
      return [];
  }
}

function ofSend(write: Send, outcome: StoreOutcome): readonly Told[] {
  const { kind: what, fromUserId, id } = write;
  const sent = {
    type: 'sent',
    what,
    ...(id !== undefined && { id }),
    ...(write.kind === 'message' && { toUserId: write.toUserId }),
    ...(write.kind === 'room' && { room: write.room }),
    ...(write.kind === 'recall' && { messageId: write.messageId }),
  } as const;
  if (outcome.kind !== 'stored') return [[fromUserId, { ...sent, outcome: outcome.kind }]];
  const { messageId, seq, cursor, recipientCursor, toUserId, duplicate, hookLoss } = outcome;
  const numbers = { messageId, seq, ...(cursor > 0 && { cursor }) };
  const own: Told = [fromUserId, { ...sent, ...numbers, outcome: duplicate ? 'duplicate' : 'stored' }];
  if (duplicate || toUserId === undefined || toUserId === fromUserId) return [own];
  const event = write.kind === 'message' && write.isWaiting ? { event: 'message.waiting' } : {};
  const came = { type: 'came', what, fromUserId, messageId, seq, cursor: recipientCursor, ...event } as const;
  const hook = 'event' in event ? { outcome: hookLoss ?? 'queued' } : {};
  return [own, [toUserId, { ...came, ...hook }]];
}
