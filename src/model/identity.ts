import type { UserId } from './ids.js';

/** Who a token speaks for, and until when. */
export interface Identity {
  readonly userId: UserId;
  /** Milliseconds since 1970 when it was given out; 0 when it does not say. */
  readonly issuedAt: number;
  /** Milliseconds since 1970 from which on it is worth nothing. */
  readonly expiresAt: number;
  readonly roles: readonly string[];
  /** The rooms that are open to it, where that is asked [MP-4.4]; `undefined` when it does not say. */
  readonly rooms?: readonly string[] | undefined;
  /** Whether the user is not to be seen online [MP-7.3]; `undefined` when it does not say. */
  readonly invisible?: boolean | undefined;
}
