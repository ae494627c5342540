import type { DeviceId, FrameId, RoomName, UserId } from './ids.js';
import type { Profile } from './profile.js';

/** A user's place in things. */
export interface UserMarks {
  /** The last number of this inbox; 0 when it never had one. */
  readonly head: number;
  /** The highest number that is no longer kept; 0 when all are. */
  readonly floor: number;
  /** The delivered mark. */
  readonly delivered: number;
  readonly devices: readonly StoredDevice[];
}

/** What others may know of a user, and who may not. */
export interface UserCard {
  readonly profile: Profile;
  /** Is never shown as online. */
  readonly invisible: boolean;
  /** When this user or one of the devices remembered was last online, as far as it was noted; 0 when never here. */
  readonly seenAt: number;
  /** Whose messages this user does not want, in the order of their names. */
  readonly blocked: readonly UserId[];
}

export interface StoredDevice {
  readonly deviceId: DeviceId;
  readonly cursor: number;
  readonly seenAt: number;
}

/** Who sent what, when. */
interface MessageIdentity {
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly sentAt: number;
}

/** A message as it was stored. */
export interface StoredMessage extends MessageIdentity {
  /** JSON text, as it was handed over. */
  readonly content: string;
  /** The sender's own name for it, for the sender's devices only. */
  readonly id?: FrameId | undefined;
}

/** A message whose content is to be forgotten, because it was recalled or ran out. */
export type RecalledMessage = MessageIdentity;

/** One numbered place in an inbox. A recall stands at the message's own number and at one of its own. */
export type InboxEntry =
  | ({ readonly kind: 'message'; readonly cursor: number } & StoredMessage)
  | ({ readonly kind: 'recalled'; readonly cursor: number } & RecalledMessage);

/** One message of a conversation. */
export type HistoryItem =
  | ({ readonly recalled: false } & StoredMessage)
  | ({ readonly recalled: true } & RecalledMessage);

export interface StoredBroadcast {
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  readonly content: string;
  readonly sentAt: number;
  readonly id?: FrameId | undefined;
}

/** A message to a room. */
export interface StoredRoomMessage {
  readonly messageId: string;
  /** Its place in the room. */
  readonly seq: number;
  readonly room: RoomName;
  readonly fromUserId: UserId;
  readonly content: string;
  readonly sentAt: number;
  readonly id?: FrameId | undefined;
}
