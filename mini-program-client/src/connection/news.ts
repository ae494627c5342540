import type { HeardFrame } from '../frames.js';
import { MAX_RETRY_AFTER_MS, POLLS_DEAD_AFTER_MS, POLLS_PING_EVERY_MS } from '../limits.js';
import type { State } from './state.js';

/** Closes that are for good, by the word in the `error` frame before them: the code of a full session [MP-6.2]. */
export const STAY_AWAY: ReadonlyMap<string, number> = new Map([
  ['replaced', 4509],
  ['unauthorized', 4501],
  ['token_expired', 4501],
  ['token_revoked', 4501],
  ['disconnected', 4503],
  ['too_many_sessions', 4509],
]);

/** What a frame says about the connection that it came on. */
export function newsOf(frame: HeardFrame): Partial<State> {
  switch (frame.type) {
    case 'welcome':
      return { pingEveryMs: frame.pingEveryMs, deadAfterMs: frame.deadAfterMs, refusals: 0 };
    case 'polled':
      return { pingEveryMs: POLLS_PING_EVERY_MS, deadAfterMs: POLLS_DEAD_AFTER_MS, refusals: 0 };
    case 'goaway':
      return { retryAfterMs: Math.min(frame.retryAfterMs, MAX_RETRY_AFTER_MS) };
    case 'error': {
      const code = frame.id === undefined && STAY_AWAY.get(frame.code);
      return code ? { told: { code, word: frame.code } } : {};
    }
    default:
      return {};
  }
}
