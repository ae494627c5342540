import type { FrameId, UserId } from '../../model/ids.js';
import type { HistoryItem, InboxEntry, StoredBroadcast, StoredRoomMessage } from '../../model/stored.js';

/** A message and all that is ever known of it. */
export interface MemoryMessage {
  readonly kind: 'message';
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly id?: FrameId | undefined;
  content: string;
  given?: string | undefined;
  readonly sentAt: number;
  readonly expiresAt?: number | undefined;
  /** Its numbers in the inboxes of the sender and of the recipient. */
  readonly cursor: number;
  readonly recipientCursor: number;
  recalledBy?: MemoryRecall;
  /** Its sender was erased. */
  isErased?: boolean;
}

/** A recall: numbers of its own, and the message it speaks of. */
export interface MemoryRecall {
  readonly kind: 'recall';
  readonly target: MemoryMessage;
  readonly fromUserId: UserId;
  readonly id?: FrameId | undefined;
  readonly sentAt: number;
  readonly cursor: number;
  readonly recipientCursor: number;
}

/** What the sender gave, where what is stored was changed before. */
interface Given {
  given?: string | undefined;
}

export type MemoryBroadcast = { readonly kind: 'broadcast'; content: string } & Given &
  Omit<StoredBroadcast, 'content'>;

export type MemoryRoomMessage = { readonly kind: 'room'; content: string } & Given & Omit<StoredRoomMessage, 'content'>;

export type MemoryRecord = MemoryMessage | MemoryRecall | MemoryBroadcast | MemoryRoomMessage;

/** What a user sees at a number of the inbox. */
export function inboxEntry(userId: UserId, record: MemoryMessage | MemoryRecall, now: number): InboxEntry {
  const message = record.kind === 'recall' ? record.target : record;
  const cursor = userId === message.fromUserId ? record.cursor : record.recipientCursor;
  const { messageId, seq, fromUserId, toUserId } = message;
  if (record.kind === 'recall' || isForgotten(message, now)) {
    return { kind: 'recalled', cursor, messageId, seq, fromUserId, toUserId, sentAt: record.sentAt };
  }
  return { kind: 'message', cursor, ...withContent(message) };
}

/** What a user sees of it in the conversation. */
export function historyItem(message: MemoryMessage, now: number): HistoryItem {
  const { messageId, seq, fromUserId, toUserId, sentAt } = message;
  if (isForgotten(message, now)) return { recalled: true, messageId, seq, fromUserId, toUserId, sentAt };
  return { recalled: false, ...withContent(message) };
}

function isForgotten({ recalledBy, isErased, expiresAt }: MemoryMessage, now: number): boolean {
  return isErased === true || recalledBy !== undefined || (expiresAt !== undefined && expiresAt <= now);
}

function withContent({ messageId, seq, fromUserId, toUserId, sentAt, content, id }: MemoryMessage) {
  return { messageId, seq, fromUserId, toUserId, sentAt, content, ...(id !== undefined && { id }) };
}
