import type { EphemeralMessage } from '../../model/message.js';

/**
 * Hands messages to the sessions that are open now. Guarantees: what is handed over in one order reaches each session
 * in that order; it never throws and never waits, however slow a session is.
 */
export interface LiveDelivery {
  /**
   * To every current session of the recipient but `exceptSessionId`. Returns how many those were, or `undefined` when
   * the recipient is not online.
   */
  deliver(message: EphemeralMessage, exceptSessionId?: string): number | undefined;
}
