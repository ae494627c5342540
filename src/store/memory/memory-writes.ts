import type {
  ConfirmCursor,
  Declined,
  MarkRead,
  RevokeTokens,
  Stored,
  StoreOutcome,
  StoreWrite,
  WriteBroadcast,
  WriteMessage,
  WriteRecall,
} from '../../messaging/ports/store-writes.js';
import { sameJson } from '../../model/same-json.js';
import { type MemoryState, sentKey } from './memory-state.js';
import type { MemoryBroadcast, MemoryMessage, MemoryRecall, MemoryRecord } from './timeline.js';

/** Every write, one after the other. */
export class MemoryWrites {
  private named = 0;

  constructor(
    private readonly state: MemoryState,
    private readonly epoch: string,
    private readonly maxDevices: number,
  ) {}

  apply(write: StoreWrite): StoreOutcome {
    if (write.kind === 'confirm') return this.confirm(write);
    if (write.kind === 'read') return this.read(write);
    if (write.kind === 'revoke') return this.revoke(write);
    return this.repeated(write) ?? this.store(write);
  }

  private store(write: WriteMessage | WriteRecall | WriteBroadcast): Stored | Declined {
    if (write.kind === 'message') return this.message(write);
    return write.kind === 'recall' ? this.recall(write) : this.broadcast(write);
  }

  private repeated(write: WriteMessage | WriteRecall | WriteBroadcast): Stored | Declined | undefined {
    if (write.id === undefined) return undefined;
    const first = this.state.sent.get(sentKey(write.fromUserId, write.id));
    if (first === undefined) return undefined;
    return isSame(write, first) ? stored(first, true) : { kind: 'conflict' };
  }

  private message({ kind, ...write }: WriteMessage): Stored {
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
    return stored(message, false);
  }

  private recall({ kind, messageId, fromUserId, id, sentAt, notBefore }: WriteRecall): Stored | Declined {
    const target = this.state.messages.get(messageId);
    if (target === undefined) return { kind: 'not_found' };
    if (target.fromUserId !== fromUserId) return { kind: 'forbidden' };
    if (target.recalledBy !== undefined) return stored(target.recalledBy, true);
    if (target.sentAt < notBefore) return { kind: 'too_late' };
    const numbers = this.number(target);
    const recall: MemoryRecall = { kind, target, fromUserId, sentAt, ...numbers, ...(id !== undefined && { id }) };
    target.recalledBy = recall;
    this.enter(recall, target);
    return stored(recall, false);
  }

  private broadcast({ kind, fromUserId, id, content, sentAt }: WriteBroadcast): Stored {
    this.state.broadcastHead += 1;
    const numbered = { messageId: this.newName(), seq: this.state.broadcastHead, fromUserId, content, sentAt };
    const broadcast: MemoryBroadcast = { kind, ...numbered, ...(id !== undefined && { id }) };
    this.state.broadcasts.push(broadcast);
    this.keep(broadcast);
    return stored(broadcast, false);
  }

  private confirm({ userId, deviceId, cursor, seenAt }: ConfirmCursor): StoreOutcome {
    const user = this.state.user(userId);
    if (cursor > user.head) return { kind: 'above_head' };
    const deliveredBefore = user.delivered;
    const confirmed = user.confirm(deviceId, cursor, seenAt, this.maxDevices);
    return { kind: 'confirmed', ...confirmed, delivered: user.delivered, deliveredBefore };
  }

  private revoke({ userId, notBefore }: RevokeTokens): StoreOutcome {
    const user = this.state.user(userId);
    user.notBefore = Math.max(user.notBefore, notBefore);
    return { kind: 'revoked', notBefore: user.notBefore };
  }

  private read({ userId, peerId, seq }: MarkRead): StoreOutcome {
    if (seq > this.state.conversation(userId, peerId).seq) return { kind: 'above_head' };
    const { read } = this.state.user(userId);
    const seqBefore = read.get(peerId) ?? 0;
    read.set(peerId, Math.max(seq, seqBefore));
    return { kind: 'read', seq: Math.max(seq, seqBefore), seqBefore };
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

function isSame(write: WriteMessage | WriteRecall | WriteBroadcast, first: MemoryRecord): boolean {
  if (write.kind === 'recall') return first.kind === 'recall' && write.messageId === first.target.messageId;
  if (write.kind !== first.kind || !sameJson(write.content, first.content)) return false;
  return write.kind !== 'message' || (first.kind === 'message' && write.toUserId === first.toUserId);
}

function stored(record: MemoryRecord, duplicate: boolean): Stored {
  if (record.kind === 'broadcast') {
    const { messageId, seq, sentAt } = record;
    return { kind: 'stored', messageId, seq, sentAt, cursor: 0, recipientCursor: 0, duplicate };
  }
  const { messageId, seq, toUserId } = record.kind === 'recall' ? record.target : record;
  const { sentAt, cursor, recipientCursor } = record;
  return { kind: 'stored', messageId, seq, sentAt, cursor, recipientCursor, toUserId, duplicate };
}
