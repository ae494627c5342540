import type { DeviceId, FrameId, UserId } from '../../model/ids.js';

/** One thing to store. */
export type StoreWrite = WriteMessage | WriteRecall | WriteBroadcast | ConfirmCursor | MarkRead | RevokeTokens;

/** A one-to-one message. */
export interface WriteMessage {
  readonly kind: 'message';
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly id?: FrameId | undefined;
  /** JSON text; stored as it is. */
  readonly content: string;
  readonly sentAt: number;
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

/** What became of a write. */
export type StoreOutcome = Stored | Confirmed | ReadMarked | Revoked | Declined;

export interface Stored {
  readonly kind: 'stored';
  /** Of a recall: the recalled message's. */
  readonly messageId: string;
  /** Of a recall: the recalled message's. */
  readonly seq: number;
  /** Of a repeat: the first one's. */
  readonly sentAt: number;
  /** The number in the sender's inbox; 0 for a broadcast. */
  readonly cursor: number;
  /** The number in the recipient's inbox; 0 for a broadcast. */
  readonly recipientCursor: number;
  /** The recipient, whom the sender of a recall does not name; absent for a broadcast. */
  readonly toUserId?: UserId;
  /** It was stored before, and nothing was stored now. A second recall of one message is one, under whatever id. */
  readonly duplicate: boolean;
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

/**
 * Nothing was stored. `not_found`: no such message (a recall). `forbidden`: somebody else's message. `too_late`: past
 * the window. `above_head`: a mark above what there is. `busy`: not now.
 */
export interface Declined {
  readonly kind: 'conflict' | 'not_found' | 'forbidden' | 'too_late' | 'above_head' | 'busy';
}
