import type { StoreLimits } from '../../messaging/ports/message-store.js';
import type { HookWrite } from '../../messaging/ports/store-hooks.js';
import type {
  Declined,
  Stored,
  StoreOutcome,
  StoreWrite,
  WriteBroadcast,
  WriteMessage,
  WriteRecall,
  WriteRoomMessage,
} from '../../messaging/ports/store-writes.js';
import { sameJson } from '../../model/same-json.js';
import type { MemoryHooks } from './memory-hooks.js';
import { type MemoryState, sentKey } from './memory-state.js';
import { MemoryUserWrites, type UserWrite } from './memory-user-writes.js';
import type { MemoryBroadcast, MemoryMessage, MemoryRecall, MemoryRecord, MemoryRoomMessage } from './timeline.js';

type Send = Exclude<StoreWrite, UserWrite | HookWrite>;

/** Every write, one after the other. */
export class MemoryWrites {
  private named = 0;
  private readonly knownRecipientsOnly: boolean;
  private readonly users: MemoryUserWrites;

  constructor(
    private readonly state: MemoryState,
    private readonly epoch: string,
    limits: Pick<StoreLimits, 'maxDevices' | 'knownRecipientsOnly'>,
    private readonly hooks: MemoryHooks,
  ) {
    this.knownRecipientsOnly = limits.knownRecipientsOnly ?? false;
    this.users = new MemoryUserWrites(state, limits.maxDevices);
  }

  apply(write: StoreWrite): StoreOutcome {
    if (isHook(write)) return this.hooks.apply(write);
    if (!isSend(write)) return this.users.apply(write);
    return this.repeated(write) ?? this.store(write);
  }

  private store(write: Send): Stored | Declined {
    switch (write.kind) {
      case 'message':
        return this.takes(write) ? this.message(write) : { kind: 'not_taken' };
      case 'recall':
        return this.recall(write);
      case 'broadcast':
        return this.broadcast(write);
      case 'room':
        return this.room(write);
    }
  }

  /** Whether the recipient is to get it. */
  private takes({ fromUserId, toUserId }: WriteMessage): boolean {
    const recipient = this.state.user(toUserId);
    return !recipient.blocks(fromUserId) && (recipient.isSeen || !this.knownRecipientsOnly);
  }

  private repeated(write: Send): Stored | Declined | undefined {
    if (write.id === undefined) return undefined;
    const first = this.state.sent.get(sentKey(write.fromUserId, write.id));
    if (first === undefined) return undefined;
    return isSame(write, first) ? stored(first, true) : { kind: 'conflict' };
  }

  private message({ kind, isWaiting, ...write }: WriteMessage): Stored {
    const conversation = this.state.conversation(write.fromUserId, write.toUserId);
    conversation.seq += 1;
    const message: MemoryMessage = {
      kind,
      ...write,
      messageId: this.newName(),
      seq: conversation.seq,
      ...this.number(write),
    };
    conversation.messages.push(message);
    this.state.messages.set(message.messageId, message);
    this.enter(message, message);
    if (!isWaiting) return stored(message, false);
    const hookLoss = this.hooks.add('message.waiting', message.toUserId, message.sentAt, message);
    return { ...stored(message, false), ...(hookLoss !== undefined && { hookLoss }) };
  }

  private recall({ kind, messageId, fromUserId, id, sentAt, notBefore }: WriteRecall): Stored | Declined {
    const target = this.state.messages.get(messageId);
    if (target === undefined) return { kind: 'not_found' };
    if (target.fromUserId !== fromUserId) return { kind: 'forbidden' };
    if (target.recalledBy !== undefined) return stored(target.recalledBy, true);
    if (target.isErased) return { kind: 'not_found' };
    if (target.sentAt < notBefore) return { kind: 'too_late' };
    const numbers = this.number(target);
    const recall: MemoryRecall = { kind, target, fromUserId, sentAt, ...numbers, ...(id !== undefined && { id }) };
    target.recalledBy = recall;
    this.enter(recall, target);
    return stored(recall, false);
  }

  private broadcast({ kind, fromUserId, id, content, given, sentAt }: WriteBroadcast): Stored {
    this.state.broadcastHead += 1;
    const numbered = { messageId: this.newName(), seq: this.state.broadcastHead, fromUserId, content, given, sentAt };
    const broadcast: MemoryBroadcast = { kind, ...numbered, ...(id !== undefined && { id }) };
    this.state.broadcasts.push(broadcast);
    this.keep(broadcast);
    return stored(broadcast, false);
  }

  private room({ kind, fromUserId, room, id, content, given, sentAt }: WriteRoomMessage): Stored {
    const to = this.state.room(room);
    to.head += 1;
    const numbered = { messageId: this.newName(), seq: to.head, room, fromUserId, content, given, sentAt };
    const message: MemoryRoomMessage = { kind, ...numbered, ...(id !== undefined && { id }) };
    to.messages.push(message);
    this.keep(message);
    return stored(message, false);
  }

  /** The next number on each side; one in all when it is to oneself. */
  private number({ fromUserId, toUserId }: Pick<MemoryMessage, 'fromUserId' | 'toUserId'>) {
    const sender = this.state.user(fromUserId);
    const recipient = this.state.user(toUserId);
    sender.head += 1;
    if (recipient !== sender) recipient.head += 1;
    return { cursor: sender.head, recipientCursor: recipient.head };
  }

  private enter(record: MemoryMessage | MemoryRecall, { fromUserId, toUserId }: MemoryMessage): void {
    this.state.user(fromUserId).entries.set(record.cursor, record);
    this.state.user(toUserId).entries.set(record.recipientCursor, record);
    this.keep(record);
  }

  private keep(record: MemoryRecord): void {
    this.state.records.push(record);
    if (record.id !== undefined) this.state.sent.set(sentKey(record.fromUserId, record.id), record);
  }

  private newName(): string {
    this.named += 1;
    return `${this.epoch}-${this.named.toString(36)}`;
  }
}

function isHook(write: StoreWrite): write is HookWrite {
  return write.kind === 'queueHook' || write.kind === 'settleHook' || write.kind === 'replayHooks';
}

function isSend(write: StoreWrite): write is Send {
  return 'fromUserId' in write;
}

function isSame(write: Send, first: MemoryRecord): boolean {
  if (write.kind === 'recall') return first.kind === 'recall' && write.messageId === first.target.messageId;
  if (first.kind === 'message' && first.isErased) return false;
  if (write.kind !== first.kind || !sameJson(write.given ?? write.content, first.given ?? first.content)) return false;
  if (write.kind === 'room') return first.kind === 'room' && write.room === first.room;
  return write.kind !== 'message' || (first.kind === 'message' && write.toUserId === first.toUserId);
}

function stored(record: MemoryRecord, duplicate: boolean): Stored {
  if (record.kind === 'broadcast' || record.kind === 'room') {
    const { messageId, seq, sentAt } = record;
    return { kind: 'stored', messageId, seq, sentAt, cursor: 0, recipientCursor: 0, duplicate };
  }
  const { messageId, seq, toUserId } = record.kind === 'recall' ? record.target : record;
  const { sentAt, cursor, recipientCursor } = record;
  return { kind: 'stored', messageId, seq, sentAt, cursor, recipientCursor, toUserId, duplicate };
}
