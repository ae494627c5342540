import type { MessageContent } from '../../src/model/content.js';
import type {
  AckFrame,
  DeliveredBroadcastFrame,
  DeliveredMessageFrame,
  EnteredFrame,
  JoinedFrame,
  LeftFrame,
  MemberFields,
  MembersFrame,
  PresenceFrame,
  ProfileFields,
  ProfileNoticeFrame,
  RecalledFrame,
  ReceiptFrame,
  RoomMessageFrame,
  SyncedFrame,
  TooLongFrame,
} from '../../src/protocol/frames.js';
import type { State } from './connection/state.js';
import type { MinimError } from './errors.js';

/** Why the client stays away. */
export interface ClosedReason {
  /** 4500 to 4999 when the server said so; 1000 after `close()`. */
  readonly code: number;
  /** The server's word for it, like `replaced`; empty after `close()`. */
  readonly word: string;
}

/**
 * Where the client is:
 * - `idle`: `connect()` was not called yet;
 * - `connecting`: a dial is under way;
 * - `connected`: sends go out;
 * - `waiting`: the next dial is in so many ms, or at once when the app or the network comes back; `because` is what the
 *   platform or the server said when the last one failed, for developers to read, and often empty;
 * - `polling`: messages of the inbox come, and those to users go out, over HTTP, because no WebSocket opens; all else
 *   waits, or is rejected with `not_connected`;
 * - `paused`: the app is in the background; when it comes back, the client goes on by itself;
 * - `closed`: by `close()`, or told to stay away; only `connect()` changes that.
 */
export type ConnectionState =
  | { readonly phase: 'idle' | 'connecting' | 'connected' | 'polling' | 'paused' }
  | { readonly phase: 'waiting'; readonly retryInMs: number; readonly because: string }
  | ({ readonly phase: 'closed' } & ClosedReason);

/**
 * A message for this user, or one that this user sent: from another device, or from here when its ack did not take its
 * place in the inbox (`id` and `messageId` say which). `sentAt` is in ms since 1970, by the server's clock.
 */
export type Message = DeliveredMessageFrame;

/** A message that its sender took back: forget its content. */
export type Recalled = RecalledFrame;

/** Everything that was missed has been told; what comes from here on is live. */
export type Synced = SyncedFrame;

/**
 * The messages of the inbox from `from` up to `head` will not come: the server keeps nothing up to `floor`. With
 * `broadcast` it is the broadcasts that will not, and with `room` those of a room, which `history` may still have.
 */
export type TooLong = TooLongFrame;

/** A stored send was taken by the server. */
export interface Sent {
  readonly id: string;
  readonly ack: AckFrame;
}

/** A stored send was refused for good; nothing of it was delivered. */
export interface Refused {
  readonly id: string;
  /** This, a `room`, or neither: to everyone. */
  readonly toUserId?: string | undefined;
  readonly room?: string | undefined;
  readonly message: MessageContent;
  readonly error: MinimError;
}

/** A message to everyone; `seq` is its number among them. */
export type Broadcast = DeliveredBroadcastFrame;

/**
 * How far the conversation with `peerId` has come, by `seq`: some device of the peer has it (`delivered`), the peer has
 * read it (`read`), or this user has, on another device (`ownRead`). What is left out has not changed.
 */
export type Receipt = ReceiptFrame;

/** What a user is to be called, and the picture; what was never set is absent. Escape it before you show it. */
export type Profile = ProfileFields;

/** Somebody in a room. */
export type Member = MemberFields;

/** A message in a room; `seq` is its number there, `profile` the sender's. */
export type RoomMessage = RoomMessageFrame;

/** This client is in the room, for the first time or again: so many users are there, and these are up to 100 of them. */
export type Joined = JoinedFrame;

/** Another user came. */
export type Entered = EnteredFrame;

/** Another user went. */
export type Left = LeftFrame;

/** How many are there; and who, where that was asked for and they are at most 200. */
export type Members = MembersFrame;

/** How somebody in a room of this client is to be seen from now on. */
export type ProfileNotice = ProfileNoticeFrame;

/** Whether somebody watched is online; if not, since when (ms since 1970), where that is to be known. */
export type Presence = PresenceFrame;

/** What a room tells, by name, when its `count` and `members` have changed. */
export interface RoomEvents {
  /** Once each and in order, the own ones too. */
  readonly message: RoomMessage;
  /** After every reconnect as well, in the place of what `entered` and `left` would have told. */
  readonly joined: Joined;
  readonly entered: Entered;
  readonly left: Left;
  readonly members: Members;
  /** Some messages will not be told. */
  readonly toolong: TooLong;
  /** The server does not let this user in. The room is given up; another `join()` tries again. */
  readonly refused: MinimError;
}

/** What a client tells, by name. */
export interface ClientEvents {
  /** It went from one phase to another. */
  readonly state: ConnectionState;
  /** Once each, in the order of the inbox; again only when the app died in a listener, or cannot keep anything. */
  readonly message: Message;
  readonly recalled: Recalled;
  readonly synced: Synced;
  readonly toolong: TooLong;
  /** Only when one of its numbers has risen. */
  readonly receipt: Receipt;
  /** For every stored send, also of an earlier start of the app, whose promise nobody holds. */
  readonly sent: Sent;
  /** The same. */
  readonly refused: Refused;
  /** Once each and in order, as messages are; no order between the two. */
  readonly broadcast: Broadcast;
  /** Told once, also of somebody who is in many of the rooms; their `members` have it already. */
  readonly profile: ProfileNotice;
  /** Only what is new. */
  readonly presence: Presence;
  /** The server complained about something that no send waits for. */
  readonly error: MinimError;
  /** It stays away from now on. */
  readonly closed: ClosedReason;
}

export function publicState({ wanted, away, socket, polling, timer, because, ended }: State): ConnectionState {
  if (ended) return { phase: 'closed', code: ended.code, word: ended.word };
  if (!wanted) return { phase: 'idle' };
  if (away) return { phase: 'paused' };
  const open = polling ? 'polling' : 'connected';
  if (socket !== 'none') return { phase: socket === 'open' ? open : 'connecting' };
  return { phase: 'waiting', retryInMs: timer ? timer.ms : 0, because };
}
