import type { Timing } from './timing.js';

/**
 * How long to wait before the next dial, in ms: anything between 0 and a bound that doubles with every failure
 * ("full jitter"), so that the clients of a server that restarts do not all come back in the same moment.
 *
 * @param random from 0 up to but not including 1
 */
export function backoffMs(failures: number, random: number, timing: Timing): number {
  return random * Math.min(timing.backoffCapMs, timing.backoffBaseMs * 2 ** failures);
}
