import { HOLD_MS, LEAST_HOLD_MS, MAX_RETRY_AFTER_MS } from './limits.js';

/** How long a server is left alone that had no time, and said for how long or not. */
export function holdMs(ms = HOLD_MS): number {
  return Math.min(Math.max(ms, LEAST_HOLD_MS), MAX_RETRY_AFTER_MS);
}
