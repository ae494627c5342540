import type { Clock } from '../messaging/ports/clock.js';
import { Distribution, SECONDS } from '../model/distribution.js';

interface Run {
  readonly sentAt: number;
  readonly sessions: number;
}

/** How long messages take, until they are handed to the network. All that leaves in one turn is timed at once. */
export class Latencies {
  /** From the frame of a send to its ack. */
  readonly acks = new Distribution(SECONDS);
  /** From `sentAt` to the session that a message is pushed to; it leaves out what is read from the store. */
  readonly deliveries = new Distribution(SECONDS);
  /** The same of ephemeral messages; their acks go out with them. */
  readonly ephemerals = new Distribution(SECONDS);
  private ackedSince: number[] = [];
  private sentAts: number[] = [];
  /** Sessions, by the millisecond at which what they get was sent: most often one for a whole turn, and then nothing is allocated. */
  private readonly ephemeral = { sentAt: 0, sessions: 0 };
  private earlier: Run[] = [];

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

  /** An ephemeral message, sent at `sentAt`, waits to go out to so many sessions. */
  deliveredEphemeral(sentAt: number, sessions: number): void {
    const { ephemeral } = this;
    if (ephemeral.sentAt !== sentAt) {
      if (ephemeral.sessions > 0) this.earlier.push({ ...ephemeral });
      ephemeral.sentAt = sentAt;
      ephemeral.sessions = 0;
    }
    ephemeral.sessions += sessions;
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
    if (this.ephemeral.sessions > 0) this.noteEphemerals(this.clock.now());
  }

  private noteRun({ sentAt, sessions }: Run, nowMs: number): void {
    this.ephemerals.add(Math.max(0, nowMs - sentAt) / 1_000, sessions);
  }

  private noteEphemerals(nowMs: number): void {
    for (const run of this.earlier) this.noteRun(run, nowMs);
    if (this.earlier.length > 0) this.earlier = [];
    this.noteRun(this.ephemeral, nowMs);
    this.ephemeral.sessions = 0;
  }
}

function note(seconds: Distribution, starts: readonly number[], nowMs: number): void {
  // The clock of `sentAt` may have been set back.
  for (const startMs of starts) seconds.add(Math.max(0, nowMs - startMs) / 1_000);
}
