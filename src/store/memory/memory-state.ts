import type { Revocation } from '../../messaging/ports/store-reads.js';
import type { RoomName, UserId } from '../../model/ids.js';
import { MemoryUser } from './memory-user.js';
import type { MemoryBroadcast, MemoryMessage, MemoryRecord, MemoryRoomMessage } from './timeline.js';

interface MemoryConversation {
  seq: number;
  messages: MemoryMessage[];
}

interface MemoryRoom {
  head: number;
  floor: number;
  messages: MemoryRoomMessage[];
}

/** Everything that is stored. */
export class MemoryState {
  /** All that is kept, in the order it was stored. */
  readonly records: MemoryRecord[] = [];
  /** What each (sender, id) stored. */
  readonly sent = new Map<string, MemoryRecord>();
  readonly messages = new Map<string, MemoryMessage>();
  broadcasts: MemoryBroadcast[] = [];
  broadcastHead = 0;
  broadcastFloor = 0;
  private readonly users = new Map<UserId, MemoryUser>();
  private readonly rooms = new Map<RoomName, MemoryRoom>();
  private readonly conversations = new Map<string, MemoryConversation>();

  user(userId: UserId): MemoryUser {
    return entryOf(this.users, userId, () => new MemoryUser());
  }

  conversation(userId: UserId, peerId: UserId): MemoryConversation {
    return entryOf(this.conversations, [userId, peerId].sort().join(' '), () => ({ seq: 0, messages: [] }));
  }

  room(room: RoomName): MemoryRoom {
    return entryOf(this.rooms, room, () => ({ head: 0, floor: 0, messages: [] }));
  }

  /** Whose tokens were revoked. */
  revocations(): Revocation[] {
    return [...this.users]
      .filter(([, { notBefore }]) => notBefore > 0)
      .map(([userId, { notBefore }]) => ({ userId, notBefore }));
  }

  peersOf(userId: UserId): UserId[] {
    return [...this.users.keys()].filter((peerId) => this.conversation(userId, peerId).seq > 0);
  }

  /** Forgets a user, and what he sent. */
  erase(userId: UserId): void {
    this.user(userId).erase();
    for (const record of this.records) {
      if (record.kind === 'recall' || record.fromUserId !== userId) continue;
      record.content = '""';
      record.given = undefined;
      if (record.kind === 'message') record.isErased = true;
    }
  }

  /** Forgets the record stored longest ago. */
  removeOldest(): void {
    const record = this.records.shift();
    if (record === undefined) return;
    if (record.id !== undefined) this.sent.delete(sentKey(record.fromUserId, record.id));
    if (record.kind === 'broadcast') {
      this.broadcasts = this.broadcasts.filter((broadcast) => broadcast !== record);
      this.broadcastFloor = record.seq;
      return;
    }
    if (record.kind === 'room') {
      const room = this.room(record.room);
      room.messages = room.messages.filter((message) => message !== record);
      room.floor = record.seq;
      return;
    }
    const { fromUserId, toUserId } = record.kind === 'recall' ? record.target : record;
    this.raiseFloor(fromUserId, record.cursor);
    this.raiseFloor(toUserId, record.recipientCursor);
    if (record.kind === 'recall') return;
    this.messages.delete(record.messageId);
    const conversation = this.conversation(fromUserId, toUserId);
    conversation.messages = conversation.messages.filter((message) => message !== record);
  }

  private raiseFloor(userId: UserId, cursor: number): void {
    const user = this.user(userId);
    user.entries.delete(cursor);
    user.floor = Math.max(user.floor, cursor);
  }
}

export function sentKey(userId: UserId, id: string): string {
  return `${userId} ${id}`;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const made = make();
  map.set(key, made);
  return made;
}
