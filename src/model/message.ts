import type { ContentJson } from './content.js';
import type { UserId } from './ids.js';

/** A message for who is online now: never stored, no number of any kind. */
export interface EphemeralMessage {
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly message: ContentJson;
  /** Milliseconds since 1970, by the node's clock. */
  readonly sentAt: number;
}
