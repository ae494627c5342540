import { type Entry, lastSeq, type Placed, type Thread } from './entries';

/** A conversation as the list shows it. A value. */
export interface Conversation {
  /** `u:` and a user, or `r:` and a room. */
  readonly key: string;
  readonly nickname: string;
  readonly avatar: string;
  readonly last: Entry | null;
  readonly unread: number;
  /** The last message that `unread` knows of, read or not. */
  readonly countedTo: number;
  readonly delivered: number;
  readonly read: number;
  readonly ownRead: number;
}

/** What the server says of one. */
export interface ServerConversation {
  readonly nickname: string;
  readonly avatar: string;
  readonly last: Placed;
  readonly unread: number;
  readonly delivered: number;
  readonly read: number;
  readonly ownRead: number;
}

export function newConversation(key: string): Conversation {
  return {
    key,
    nickname: '',
    avatar: '',
    last: null,
    unread: 0,
    countedTo: 0,
    delivered: 0,
    read: 0,
    ownRead: 0,
  };
}

export function userKey(userId: string): string {
  return `u:${userId}`;
}

export function roomKey(room: string): string {
  return `r:${room}`;
}

export function isRoom(key: string): boolean {
  return key.startsWith('r:');
}

/** The user or the room. */
export function nameOf(key: string): string {
  return key.slice(2);
}

/** Once for each number, however often it is told, and whatever the server has counted of it. */
export function counted(conversation: Conversation, entry: Placed, ownId: string): Conversation {
  const { countedTo, ownRead, unread } = conversation;
  if (entry.seq <= countedTo) return conversation;
  const isNew = entry.fromUserId !== ownId && entry.seq > ownRead && !entry.recalled;
  return { ...conversation, countedTo: entry.seq, unread: isNew ? unread + 1 : unread };
}

/** This user has read it so far, here or elsewhere. */
export function readTo(conversation: Conversation, seq: number, thread: Thread, ownId: string): Conversation {
  if (seq <= conversation.ownRead) return conversation;
  const unread = Math.min(conversation.unread, unreadIn(thread, seq, ownId));
  return { ...conversation, ownRead: seq, unread: seq >= conversation.countedTo ? 0 : unread };
}

/** What the server says holds for all up to its last message; what was told after that is counted on top of it. */
export function merged(before: Conversation, said: ServerConversation, thread: Thread, ownId: string): Conversation {
  const ownRead = Math.max(before.ownRead, said.ownRead);
  const isAhead = before.ownRead > said.ownRead;
  const since = unreadIn(thread, Math.max(said.last.seq, ownRead), ownId);
  const unread = isAhead ? unreadIn(thread, ownRead, ownId) : said.unread + since;
  const { seq = Number.POSITIVE_INFINITY } = before.last || { seq: 0 };
  return {
    key: before.key,
    nickname: said.nickname,
    avatar: said.avatar,
    last: seq <= said.last.seq ? said.last : before.last,
    unread,
    countedTo: Math.max(said.last.seq, lastSeq(thread)),
    delivered: Math.max(before.delivered, said.delivered),
    read: Math.max(before.read, said.read),
    ownRead,
  };
}

/** Latest first. */
export function inOrder(all: Iterable<Conversation>): Conversation[] {
  return Array.from(all).sort((one, other) => timeOf(other) - timeOf(one) || (one.key < other.key ? -1 : 1));
}

export function timeOf({ last }: Conversation): number {
  return last ? last.sentAt : 0;
}

function unreadIn({ placed }: Thread, above: number, ownId: string): number {
  return placed.filter(({ seq, fromUserId, recalled }) => seq > above && fromUserId !== ownId && !recalled).length;
}
