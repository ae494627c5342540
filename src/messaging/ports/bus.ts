import type { DeviceId, UserId } from '../../model/ids.js';
import type { Place } from '../../model/place.js';
import type { InboxEntry, StoredBroadcast, StoredRoomMessage, UserCard } from '../../model/stored.js';

export const BUS = Symbol('Bus');

/** What is hurried to whichever node holds a session for it. */
export type BusNote =
  | InboxNote
  | BroadcastNote
  | RoomNote
  | ReceiptNote
  | TypingNote
  | RevokedNote
  | DisconnectNote
  | ErasedNote
  | CardNote
  | AttendanceNote
  | ProbeNote;

/** An inbox has a new entry. It is stored, so nothing is lost with the note. */
export interface InboxNote {
  readonly kind: 'inbox';
  readonly userId: UserId;
  readonly entry: InboxEntry;
}

/** There is a new broadcast; it is stored. */
export interface BroadcastNote {
  readonly kind: 'broadcast';
  readonly broadcast: StoredBroadcast;
}

/** There is a new message in a room; it is stored. */
export interface RoomNote {
  readonly kind: 'room';
  readonly message: StoredRoomMessage;
}

/** A mark of the conversation of `userId` with `peerId` has risen, as `userId` sees it; it is stored. */
export interface ReceiptNote {
  readonly kind: 'receipt';
  readonly userId: UserId;
  readonly peerId: UserId;
  readonly delivered?: number;
  readonly read?: number;
  readonly ownRead?: number;
  /** The session that knows it already. */
  readonly exceptSessionId?: string;
}

/** Tokens of `userId` given out before `notBefore`, in milliseconds since 1970, are worth nothing; it is stored. */
export interface RevokedNote {
  readonly kind: 'revoked';
  readonly userId: UserId;
  readonly notBefore: number;
}

/** The operator wants the sessions of `userId` to end, or those of one device. Who comes back is not concerned. */
export interface DisconnectNote {
  readonly kind: 'disconnect';
  readonly userId: UserId;
  readonly deviceId?: DeviceId | undefined;
  /** What the sessions are told. */
  readonly reason?: string | undefined;
}

/** What there was of `userId` is gone from the store, or some of it: nobody is to keep it. */
export interface ErasedNote {
  readonly kind: 'erased';
  readonly userId: UserId;
}

/** What is known of a user has changed; this is all of it, and it is stored. */
export interface CardNote {
  readonly kind: 'card';
  readonly userId: UserId;
  readonly card: UserCard;
}

/** Somebody is writing to `userId`. */
export interface TypingNote {
  readonly kind: 'typing';
  readonly userId: UserId;
  readonly fromUserId: UserId;
}

/**
 * A node speaks of the users of its own sessions, and of nobody else's: who is where. It numbers its changes 1, 2, 3 …, so
 * whoever misses one knows, and asks. A node that begins has nobody, at number 0, and a name that no node had before it.
 */
export type AttendanceNote =
  | AttendanceChangedNote
  | AttendanceHeartbeatNote
  | AttendanceAskNote
  | AttendancePartNote
  | AttendanceEndNote;

/** A user's first session of that node came to a place, or the last one went. */
export interface AttendanceChangedNote {
  readonly kind: 'attendance';
  readonly what: 'changed';
  readonly nodeId: string;
  readonly number: number;
  readonly place: Place;
  readonly userId: UserId;
  readonly here: boolean;
}

/** That node lives, and this was its last change. */
export interface AttendanceHeartbeatNote {
  readonly kind: 'attendance';
  readonly what: 'heartbeat';
  readonly nodeId: string;
  readonly number: number;
}

/** That node wants to hear everything from node `of`, or from each. */
export interface AttendanceAskNote {
  readonly kind: 'attendance';
  readonly what: 'ask';
  readonly nodeId: string;
  readonly of?: string;
}

/** Part `part`, from 0, of the `parts` that say who is where after change `number`. Said again they are the same ones. */
export interface AttendancePartNote {
  readonly kind: 'attendance';
  readonly what: 'part';
  readonly nodeId: string;
  readonly number: number;
  readonly part: number;
  readonly parts: number;
  readonly users: readonly UsersOfPlace[];
}

/** Some of a place's users. */
export type UsersOfPlace = readonly [place: Place, userIds: readonly UserId[]];

/** That node goes, and has nobody any more. Nothing follows. */
export interface AttendanceEndNote {
  readonly kind: 'attendance';
  readonly what: 'end';
  readonly nodeId: string;
}

/** Means nothing: that node wants to know whether its notes get through. */
export interface ProbeNote {
  readonly kind: 'probe';
  readonly nodeId: string;
  readonly number: number;
}

/**
 * Hurries between nodes what the store already holds, or what only matters now. A hint, never the record: notes may be
 * dropped, repeated or reordered, and whoever listens must bear it. What it guarantees: `publish` never throws and never
 * waits; the node that publishes gets its own notes; a listener that throws harms neither the publisher nor other
 * listeners; after a listener was taken away it hears nothing more.
 */
export interface Bus {
  publish(note: BusNote): void;
  /** Gives what takes the listener away again. */
  subscribe(listener: (note: BusNote) => void): () => void;
}
