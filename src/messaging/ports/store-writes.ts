import type { HookLoss } from '../../model/hook.js';
import type { DeviceId, FrameId, RoomName, UserId } from '../../model/ids.js';
import type { HookQueued, HooksReplayed, HookWrite } from './store-hooks.js';

/** One thing to store. */
export type StoreWrite =
  | WriteMessage
  | WriteRecall
  | WriteBroadcast
  | WriteRoomMessage
  | ConfirmCursor
  | MarkRead
  | RevokeTokens
  | SetProfile
  | SetBlock
  | NoteSeen
  | EraseUser
  | HookWrite;

/** A one-to-one message. */
export interface WriteMessage {
  readonly kind: 'message';
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly id?: FrameId | undefined;
  /** JSON text; stored as it is. */
  readonly content: string;
  /** What the sender gave in place of `content`, if that was changed: repeats are compared with this. */
  readonly given?: string | undefined;
  readonly sentAt: number;
  /** Its recipient is not online: an event that says so is queued in the same commit, if the message is stored now. */
  readonly isWaiting?: boolean | undefined;
  /** From then on it is passed over as if it were recalled. */
  readonly expiresAt?: number | undefined;
}

/** Takes back one's own one-to-one message. */
export interface WriteRecall {
  readonly kind: 'recall';
  readonly fromUserId: UserId;
  readonly id?: FrameId | undefined;
  readonly messageId: string;
  readonly sentAt: number;
  /** A message sent before this is `too_late` to be recalled. */
  readonly notBefore: number;
}

/** A message to everyone: stored once, however many users there are. */
export interface WriteBroadcast {
  readonly kind: 'broadcast';
  readonly fromUserId: UserId;
  readonly id?: FrameId | undefined;
  readonly content: string;
  readonly given?: string | undefined;
  readonly sentAt: number;
}

/** A message to a room: stored once, however many are there. A room begins with its first message. */
export interface WriteRoomMessage {
  readonly kind: 'room';
  readonly fromUserId: UserId;
  readonly room: RoomName;
  readonly id?: FrameId | undefined;
  readonly content: string;
  readonly given?: string | undefined;
  readonly sentAt: number;
}

/** A device has everything up to `cursor` safely, and was seen at `seenAt`. */
export interface ConfirmCursor {
  readonly kind: 'confirm';
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** Below what is stored it counts only as having been seen. */
  readonly cursor: number;
  readonly seenAt: number;
}

/** A person has seen the conversation with `peerId` up to `seq`. */
export interface MarkRead {
  readonly kind: 'read';
  readonly userId: UserId;
  readonly peerId: UserId;
  readonly seq: number;
}

/** Tokens given out before `notBefore`, in milliseconds since 1970, are worth nothing. It never falls. */
export interface RevokeTokens {
  readonly kind: 'revoke';
  readonly userId: UserId;
  readonly notBefore: number;
}

/** How a user is to be seen. What is absent stays as it is; an empty text takes it away. */
export interface SetProfile {
  readonly kind: 'profile';
  readonly userId: UserId;
  readonly nickname?: string | undefined;
  readonly avatar?: string | undefined;
  readonly invisible?: boolean | undefined;
}

/** From now on `userId` wants no messages of `peerId`, or wants them again. */
export interface SetBlock {
  readonly kind: 'block';
  readonly userId: UserId;
  readonly peerId: UserId;
  readonly blocked: boolean;
}

/** A user was online at `seenAt`, which never falls. */
export interface NoteSeen {
  readonly kind: 'seen';
  readonly userId: UserId;
  readonly seenAt: number;
}

/**
 * Forgets one slice of a user: what he sent, his inbox and conversations as he sees them, devices, read marks, profile
 * and blocks. Repeated until there is no `more`; `erasing` names whom it was begun for and is not done with, also after a
 * crash. What he sends once it was begun may stay.
 */
export interface EraseUser {
  readonly kind: 'erase';
  readonly userId: UserId;
}

/** What became of a write. */
export type StoreOutcome =
  | Stored
  | Confirmed
  | ReadMarked
  | Revoked
  | Noted
  | Erased
  | HookQueued
  | HooksReplayed
  | Declined;

/** What sends and recalls are not answered with. */
const OTHERS: Readonly<Record<Exclude<StoreOutcome, Stored | Declined>['kind'], true>> = {
  confirmed: true,
  read: true,
  revoked: true,
  noted: true,
  erased: true,
  queued: true,
  replayed: true,
};

/** Whether it says what became of a send or a recall. */
export function isSendAnswer(outcome: StoreOutcome): outcome is Stored | Declined {
  return outcome.kind === 'stored' || !Object.hasOwn(OTHERS, outcome.kind);
}

export interface Stored {
  readonly kind: 'stored';
  /** Of a recall: the recalled message's. */
  readonly messageId: string;
  /** Of a recall: the recalled message's. */
  readonly seq: number;
  /** Of a repeat: the first one's. */
  readonly sentAt: number;
  /** The number in the sender's inbox; 0 for a broadcast and in a room. */
  readonly cursor: number;
  /** The number in the recipient's inbox; 0 for a broadcast and in a room. */
  readonly recipientCursor: number;
  /** The recipient, whom the sender of a recall does not name; absent for a broadcast and in a room. */
  readonly toUserId?: UserId;
  /** It was stored before, and nothing was stored now. A second recall of one message is one, under whatever id. */
  readonly duplicate: boolean;
  /** What of the queue of events was lost for it. */
  readonly hookLoss?: HookLoss;
}

export interface Confirmed {
  readonly kind: 'confirmed';
  /** The device's cursor now. */
  readonly cursor: number;
  /** The user's delivered mark, now and before. */
  readonly delivered: number;
  readonly deliveredBefore: number;
  /** Devices of this user that were forgotten for it. */
  readonly forgotten: number;
}

export interface ReadMarked {
  readonly kind: 'read';
  /** The mark, now and before. */
  readonly seq: number;
  readonly seqBefore: number;
}

export interface Revoked {
  readonly kind: 'revoked';
  readonly notBefore: number;
}

/** Of a profile, a block, that a user was seen, or of an event that was settled. */
export interface Noted {
  readonly kind: 'noted';
}

/** One slice is forgotten; `more`: there are others. */
export interface Erased {
  readonly kind: 'erased';
  readonly more: boolean;
}

/**
 * Nothing was stored. `not_found`: no such message (a recall). `forbidden`: somebody else's message. `too_late`: past
 * the window. `above_head`: a mark above what there is. `not_taken`: the recipient does not want the sender's messages,
 * or was never online where only known users get any; the two look the same. `too_many`: a user blocks `MAX_BLOCKED`
 * already. `busy`: not now.
 */
export interface Declined {
  readonly kind: 'conflict' | 'not_found' | 'forbidden' | 'too_late' | 'above_head' | 'not_taken' | 'too_many' | 'busy';
}
