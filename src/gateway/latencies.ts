import type { Clock } from '../messaging/ports/clock.js';
import { Distribution, SECONDS } from '../model/distribution.js';

/** How long stored messages take, until they are handed to the network. All that leaves in one turn is timed at once. */
export class Latencies {
  /** From the frame of a send to its ack. */
  readonly acks = new Distribution(SECONDS);
  /** From `sentAt` to the session that a message is pushed to; it leaves out what is read from the store. */
  readonly deliveries = new Distribution(SECONDS);
  private ackedSince: number[] = [];
  private sentAts: number[] = [];

  constructor(private readonly clock: Clock) {}

  /** For `acked`. */
  now(): number {
    return this.clock.monotonicMs();
  }

  /** An ack waits to go out, of a send that came at `since`. */
  acked(since: number): void {
    this.ackedSince.push(since);
  }

  /** A message waits to go out, which was sent at `sentAt`, in milliseconds since 1970. */
  delivered(sentAt: number): void {
    this.sentAts.push(sentAt);
  }

  /** All that waited has gone out. */
  written(): void {
    if (this.ackedSince.length > 0) {
      note(this.acks, this.ackedSince, this.clock.monotonicMs());
      this.ackedSince = [];
    }
    if (this.sentAts.length > 0) {
      note(this.deliveries, this.sentAts, this.clock.now());
      this.sentAts = [];
    }
  }
}

function note(seconds: Distribution, starts: readonly number[], nowMs: number): void {
  // The clock of `sentAt` may have been set back.
  for (const startMs of starts) seconds.add(Math.max(0, nowMs - startMs) / 1_000);
}
