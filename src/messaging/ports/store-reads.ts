import type { RoomName, UserId } from '../../model/ids.js';
import type { PageLimits } from '../../model/page.js';
import type { Profile, ProfiledUser } from '../../model/profile.js';
import type {
  HistoryItem,
  InboxEntry,
  StoredBroadcast,
  StoredDevice,
  StoredRoomMessage,
  UserCard,
  UserMarks,
} from '../../model/stored.js';
import type { HookReads } from './store-hooks.js';

export const STORE_READ = Symbol('StoreRead');

/** What can be asked of a store. A user it has never heard of has an empty inbox. */
export interface StoreRead extends HookReads {
  user(userId: UserId): Promise<UserMarks>;
  /** What follows a cursor, lowest number first. */
  inbox(query: InboxQuery): Promise<InboxPage>;
  /** What follows a broadcast, lowest number first. */
  broadcasts(query: BroadcastsQuery): Promise<BroadcastsPage>;
  /** A conversation, newest first. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  /** A user's conversations of which any message is kept, latest first. Costs the same however long they are. */
  conversations(query: ConversationsQuery): Promise<ConversationsPage>;
  /** All that is known of one message, broadcast or message to a room; nothing if none of this id is kept. */
  life(query: MessageQuery): Promise<StoredLife | undefined>;
  /** What follows a number in a room, lowest first. A room it has never heard of is empty. */
  room(query: RoomQuery): Promise<RoomPage>;
  /** A room, newest first. */
  roomHistory(query: RoomHistoryQuery): Promise<RoomHistoryPage>;
  /** One for each user asked for, in that order. A user it has never heard of has an empty one. */
  cards(userIds: readonly UserId[]): Promise<readonly UserCard[]>;
  /** Everyone whose tokens were revoked. */
  revocations(): Promise<readonly Revocation[]>;
  /** Everyone whose erasing was begun and is not done. */
  erasing(): Promise<readonly UserId[]>;
}

/** Tokens of `userId` given out before `notBefore`, in milliseconds since 1970, are worth nothing. */
export interface Revocation {
  readonly userId: UserId;
  readonly notBefore: number;
}

export interface InboxQuery extends PageLimits {
  readonly userId: UserId;
  /** What is not kept is skipped: the page then begins behind `floor`. */
  readonly after: number;
  /** What has run out by then comes as recalled. */
  readonly now: number;
}

export interface InboxPage {
  readonly entries: readonly InboxEntry[];
  readonly head: number;
  readonly floor: number;
}

export interface BroadcastsQuery extends PageLimits {
  readonly after: number;
}

export interface BroadcastsPage {
  readonly items: readonly StoredBroadcast[];
  readonly head: number;
  readonly floor: number;
}

export interface RoomQuery extends PageLimits {
  readonly room: RoomName;
  readonly after: number;
}

export interface RoomPage {
  readonly items: readonly StoredRoomMessage[];
  readonly head: number;
  readonly floor: number;
}

export interface RoomHistoryQuery extends PageLimits {
  readonly room: RoomName;
  /** Only below this `seq`. */
  readonly before?: number | undefined;
}

export interface RoomHistoryPage {
  readonly items: readonly StoredRoomMessage[];
  /** Everyone who wrote one of them and has a profile, each once, in the order of `items`. */
  readonly members: readonly ProfiledUser[];
  readonly more: boolean;
}

export interface HistoryQuery extends PageLimits {
  readonly userId: UserId;
  readonly peerId: UserId;
  /** Only below this `seq`. */
  readonly before?: number | undefined;
  readonly now: number;
}

/** How far a conversation has come, as one of its two users sees it. */
export interface ReceiptMarks {
  /** The peer's devices have it up to this `seq`; what is no longer kept counts as delivered. */
  readonly delivered: number;
  /** The peer has read it up to this `seq`. */
  readonly read: number;
  /** This user has read it up to this `seq`. */
  readonly ownRead: number;
}

export interface HistoryPage extends ReceiptMarks {
  readonly items: readonly HistoryItem[];
  readonly more: boolean;
}

export interface ConversationsQuery extends PageLimits {
  readonly userId: UserId;
  /** Only those whose `cursor` is below this. */
  readonly before?: number | undefined;
  readonly now: number;
}

export interface ConversationItem extends ReceiptMarks {
  readonly peerId: UserId;
  /** The peer's. */
  readonly profile: Profile;
  readonly last: HistoryItem;
  /** The peer's messages above `ownRead` that are kept, recalled ones included; 0 with oneself. */
  readonly unread: number;
  /** The number of the last message in this user's inbox. */
  readonly cursor: number;
}

export interface ConversationsPage {
  readonly items: readonly ConversationItem[];
  readonly more: boolean;
}

export interface MessageQuery {
  readonly messageId: string;
  readonly now: number;
}

/** What is known of something that was sent. */
export type StoredLife = MessageLife | LifeAmongMany;

export interface MessageLife {
  readonly kind: 'message';
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly sentAt: number;
  /** When its time runs out, or ran out. */
  readonly expiresAt?: number;
  /** Why its content is no longer told, or that it is. `erased`: with its sender. */
  readonly state: 'kept' | 'recalled' | 'expired' | 'erased';
  readonly recalledAt?: number;
  /** Its numbers in the inboxes of the sender and of the recipient. */
  readonly cursor: number;
  readonly recipientCursor: number;
  /** The delivered mark of the recipient has come to it, or he has read it. */
  readonly delivered: boolean;
  /** The recipient's read mark has come to it. */
  readonly read: boolean;
  /** Of the recipient's inbox. */
  readonly head: number;
  readonly floor: number;
  /** The recipient's, the one seen last first. */
  readonly devices: readonly StoredDevice[];
  /** What of its event is left: it waits to be told, or was given up. */
  readonly hook?: HookOfMessage;
}

export type HookOfMessage =
  | { readonly state: 'queued' }
  | { readonly state: 'dead'; readonly diedAt: number; readonly reason: string };

/** To a room, or to everyone. */
export interface LifeAmongMany {
  readonly kind: 'room' | 'broadcast';
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  /** Absent of a broadcast. */
  readonly room?: RoomName;
  readonly sentAt: number;
}
