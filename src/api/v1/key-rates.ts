import type { Clock } from '../../messaging/ports/clock.js';
import { Refusal } from '../../model/refusal.js';
import type { KeyHolder } from '../logins.js';

/** So many sends and bytes of each user, as on a WebSocket; times are milliseconds of a clock that never goes back. */
interface Rates {
  take(userId: string, byteLength: number, nowMs: number): boolean;
  fullAfterMs(userId: string, nowMs: number): number;
}

/** What each API key may send and ask: as much as one user [MP-2.26]. */
export class KeyRates {
  /** How often it was too much. */
  refused = 0;

  constructor(
    private readonly rates: Rates,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  /** Counts one send or question; refuses with `rate_limited` when it is too much. */
  take({ name }: KeyHolder, byteLength = 0): void {
    const now = this.clock.monotonicMs();
    if (this.rates.take(name, byteLength, now)) return;
    this.refused += 1;
    const because = `the API key ${name} sends or asks more than one user may; expected it to wait`;
    throw new Refusal('rate_limited', because, this.rates.fullAfterMs(name, now));
  }
}
