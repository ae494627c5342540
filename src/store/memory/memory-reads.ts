import type {
  DeadHooksPage,
  DeadHooksQuery,
  HookQueueState,
  HooksPage,
  HooksQuery,
} from '../../messaging/ports/store-hooks.js';
import type {
  BroadcastsPage,
  BroadcastsQuery,
  ConversationItem,
  ConversationsPage,
  ConversationsQuery,
  HistoryPage,
  HistoryQuery,
  InboxPage,
  InboxQuery,
  MessageLife,
  MessageQuery,
  ReceiptMarks,
  Revocation,
  RoomHistoryPage,
  RoomHistoryQuery,
  RoomPage,
  RoomQuery,
  StoredLife,
  StoreRead,
} from '../../messaging/ports/store-reads.js';
import type { UserId } from '../../model/ids.js';
import { contentBytes, countingAuthors, onePage, profileBytes } from '../../model/page.js';
import type { UserCard, UserMarks } from '../../model/stored.js';
import type { MemoryHooks } from './memory-hooks.js';
import type { MemoryState } from './memory-state.js';
import { historyItem, inboxEntry, type MemoryMessage } from './timeline.js';

/** Every read, said as plainly as it can be: by looking at everything. */
export class MemoryReads implements StoreRead {
  constructor(
    private readonly state: MemoryState,
    private readonly events: MemoryHooks,
    private readonly ready: () => Promise<void>,
  ) {}

  async user(userId: UserId): Promise<UserMarks> {
    await this.ready();
    return this.state.user(userId).marks();
  }

  async inbox({ userId, after, now, ...limits }: InboxQuery): Promise<InboxPage> {
    await this.ready();
    const { entries, head, floor } = this.state.user(userId);
    const wanted = [...entries]
      .filter(([cursor]) => cursor > after)
      .map(([, record]) => inboxEntry(userId, record, now));
    return { entries: onePage(wanted, limits), head, floor };
  }

  async broadcasts({ after, ...limits }: BroadcastsQuery): Promise<BroadcastsPage> {
    await this.ready();
    const { broadcasts, broadcastHead: head, broadcastFloor: floor } = this.state;
    const wanted = broadcasts.filter(({ seq }) => seq > after).map(({ kind: _, given: __, ...broadcast }) => broadcast);
    return { items: onePage(wanted, limits), head, floor };
  }

  async history({
    userId,
    peerId,
    before = Number.POSITIVE_INFINITY,
    now,
    ...limits
  }: HistoryQuery): Promise<HistoryPage> {
    await this.ready();
    const { floor } = this.state.user(userId);
    const messages = this.state
      .conversation(userId, peerId)
      .messages.filter((message) => message.seq < before && cursorOf(userId, message) > floor);
    const wanted = messages.map((message) => historyItem(message, now)).reverse();
    const items = onePage(wanted, limits);
    return { items, more: items.length < wanted.length, ...this.marks(userId, peerId) };
  }

  async conversations({ userId, before, now, ...limits }: ConversationsQuery): Promise<ConversationsPage> {
    await this.ready();
    const wanted = this.state
      .peersOf(userId)
      .map((peerId) => this.conversation(userId, peerId, now))
      .filter((item) => item !== undefined)
      .filter(({ cursor }) => cursor < (before ?? Number.POSITIVE_INFINITY))
      .sort((one, other) => other.cursor - one.cursor);
    const items = onePage(wanted, limits, ({ last, profile }) => contentBytes(last) + profileBytes(profile));
    return { items, more: items.length < wanted.length };
  }

  async life({ messageId, now }: MessageQuery): Promise<StoredLife | undefined> {
    await this.ready();
    const record = this.state.records.find((each) => each.kind !== 'recall' && each.messageId === messageId);
    if (record === undefined || record.kind === 'recall') return undefined;
    const { kind, seq, fromUserId, sentAt } = record;
    const common = { messageId, seq, fromUserId, sentAt };
    if (kind === 'broadcast') return { kind, ...common };
    if (kind === 'room') return { kind, ...common, room: record.room };
    const { toUserId, expiresAt, recalledBy, cursor, recipientCursor } = record;
    const { delivered, ...marks } = this.state.user(toUserId).marks();
    const read = (this.state.user(toUserId).read.get(fromUserId) ?? 0) >= seq;
    const hook = this.events.hookOf(messageId);
    return {
      kind,
      ...common,
      toUserId,
      state: stateOf(record, now),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(recalledBy !== undefined && { recalledAt: recalledBy.sentAt }),
      cursor,
      recipientCursor,
      delivered: read || delivered >= recipientCursor,
      read,
      ...marks,
      ...(hook && { hook }),
    };
  }

  async room({ room, after, ...limits }: RoomQuery): Promise<RoomPage> {
    await this.ready();
    const { messages, head, floor } = this.state.room(room);
    const wanted = messages.filter(({ seq }) => seq > after).map(({ kind: _, given: __, ...message }) => message);
    return { items: onePage(wanted, limits), head, floor };
  }

  async roomHistory({
    room,
    before = Number.POSITIVE_INFINITY,
    ...limits
  }: RoomHistoryQuery): Promise<RoomHistoryPage> {
    await this.ready();
    const messages = this.state.room(room).messages.filter(({ seq }) => seq < before);
    const wanted = messages.map(({ kind: _, given: __, ...message }) => message).reverse();
    const bytesOf = countingAuthors((userId) => this.state.user(userId).profile);
    const items = onePage(wanted, limits, bytesOf);
    const members = [...new Set(items.map(({ fromUserId }) => fromUserId))]
      .filter((userId) => this.state.user(userId).hasProfile)
      .map((userId) => ({ userId, profile: this.state.user(userId).profile }));
    return { items, members, more: items.length < wanted.length };
  }

  async cards(userIds: readonly UserId[]): Promise<readonly UserCard[]> {
    await this.ready();
    return userIds.map((userId) => this.state.user(userId).card());
  }

  async erasing(): Promise<readonly UserId[]> {
    await this.ready();
    return [];
  }

  async revocations(): Promise<readonly Revocation[]> {
    await this.ready();
    return this.state.revocations();
  }

  async hooks(query: HooksQuery): Promise<HooksPage> {
    await this.ready();
    return this.events.due(query);
  }

  async deadHooks(query: DeadHooksQuery): Promise<DeadHooksPage> {
    await this.ready();
    return this.events.deadPage(query);
  }

  async hookQueue(): Promise<HookQueueState> {
    await this.ready();
    return this.events.state();
  }

  private conversation(userId: UserId, peerId: UserId, now: number): ConversationItem | undefined {
    const { floor } = this.state.user(userId);
    const messages = this.state
      .conversation(userId, peerId)
      .messages.filter((message) => cursorOf(userId, message) > floor);
    const last = messages.at(-1);
    if (last === undefined) return undefined;
    const marks = this.marks(userId, peerId);
    const unread = messages.filter(({ fromUserId, seq }) => fromUserId !== userId && seq > marks.ownRead).length;
    const { profile } = this.state.user(peerId);
    return { peerId, profile, last: historyItem(last, now), unread, cursor: cursorOf(userId, last), ...marks };
  }

  private marks(userId: UserId, peerId: UserId): ReceiptMarks {
    const { messages, seq } = this.state.conversation(userId, peerId);
    const peer = this.state.user(peerId);
    const read = peer.read.get(userId) ?? 0;
    const missing = messages.find((message) => cursorOf(peerId, message) > peer.delivered);
    const delivered = missing === undefined ? seq : missing.seq - 1;
    return { delivered: Math.max(delivered, read), read, ownRead: this.state.user(userId).read.get(peerId) ?? 0 };
  }
}

function cursorOf(userId: UserId, message: MemoryMessage): number {
  return userId === message.fromUserId ? message.cursor : message.recipientCursor;
}

function stateOf({ isErased, recalledBy, expiresAt }: MemoryMessage, now: number): MessageLife['state'] {
  if (isErased) return 'erased';
  if (recalledBy !== undefined) return 'recalled';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'kept';
}
