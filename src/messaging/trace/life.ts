import type { LifeAmongMany, MessageLife } from '../ports/store-reads.js';
import type { MessageTraced } from './trace-of.js';

/** A session of the recipient on this node. */
export interface OpenSession {
  readonly sessionId: string;
  readonly device: string;
  readonly full: boolean;
  /** The one of its device that messages are delivered to. */
  readonly current: boolean;
  readonly since: number;
  /** The last number of the inbox that it was sent; absent while it opens, and of one set aside. */
  readonly written?: number;
  readonly bufferedBytes: number;
}

/** A device of the recipient. */
export interface DeviceLife {
  readonly deviceId: string;
  readonly cursor: number;
  /** It has confirmed the message. */
  readonly has: boolean;
  readonly seenAt: number;
  /** As far as the trace tells. */
  readonly confirmedAt?: number;
}

/** One message and all that this node knows of it. */
export interface LifeOfMessage extends Omit<MessageLife, 'devices'>, Pick<MessageTraced, 'pushes' | 'tellings'> {
  readonly why: string;
  /** The recipient has a session, on whatever node. */
  readonly online: boolean;
  readonly devices: readonly DeviceLife[];
  readonly sessions: readonly OpenSession[];
  readonly tracedSince?: number;
}

export interface LifeOfMany extends LifeAmongMany {
  readonly why: string;
  readonly published: readonly { readonly at: number; readonly sessions: number }[];
  readonly tracedSince?: number;
}
