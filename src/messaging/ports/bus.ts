import type { UserId } from '../../model/ids.js';
import type { InboxEntry, StoredBroadcast } from '../../model/stored.js';

export const BUS = Symbol('Bus');

/** What is hurried to whichever node holds a session for it. */
export type BusNote = InboxNote | BroadcastNote | ReceiptNote | TypingNote | RevokedNote;

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

/** Somebody is writing to `userId`. */
export interface TypingNote {
  readonly kind: 'typing';
  readonly userId: UserId;
  readonly fromUserId: UserId;
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
