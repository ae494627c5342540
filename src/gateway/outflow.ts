import { CLOSE, type Close } from '../protocol/codes.js';
import { PAUSE_ABOVE_BYTES } from '../protocol/limits.js';
import type { GatewayCounts } from './gateway-counts.js';
import type { Latencies } from './latencies.js';

/** What the way out knows of a session. */
export interface Writer {
  /** Hands what is pending to the socket. True if the network does not take all of it at once. */
  flush(): boolean;
  readonly bufferedBytes: number;
  close(close: Close): void;
  /** More than `PAUSE_ABOVE_BYTES` waits: it should not be written more than it asks for. */
  fellBehind(): void;
}

/**
 * The way out. Once an event-loop turn the sessions with something to say are flushed, each in one cork, so that all a
 * turn has for one socket leaves together; what is for topics follows, through the transport's own publish. So what a
 * session was sent comes before what was added for a topic after it.
 */
export class Outflow {
  private sessions: Writer[] = [];
  /** Those for which the network was too slow in this turn. */
  private slow: Writer[] = [];
  private forTopics: { readonly topic: string; readonly text: string }[] = [];
  private scheduled = false;

  /** `maxBufferedBytes`: a session for which more than this waits reads too slowly, and is closed 4408. */
  constructor(
    private readonly publishText: (topic: string, text: string) => void,
    private readonly maxBufferedBytes: number,
    /** Of the sessions whose way out this is. */
    readonly counts: GatewayCounts,
    private readonly latencies: Latencies,
  ) {}

  /** Called by a session when it has something to flush and had nothing before. */
  add(session: Writer): void {
    this.sessions.push(session);
    this.schedule();
  }

  /** Sends one text to every session that is subscribed to `topic` when it is published. */
  addFor(topic: string, text: string): void {
    this.forTopics.push({ topic, text });
    this.schedule();
  }

  /**
   * Publishes what was added at once, in that order: who subscribes from now on is not sent it, who unsubscribes is.
   * Closes nobody.
   */
  publish(): void {
    const added = this.forTopics;
    if (added.length === 0) return;
    this.forTopics = [];
    this.write();
    for (const { topic, text } of added) this.publishText(topic, text);
  }

  /** Closes a session that has fallen too far behind. */
  closeIfSlow(session: Writer): void {
    const waiting = session.bufferedBytes;
    if (waiting > this.maxBufferedBytes) this.closeSlow(session, 'buffered_bytes');
    else if (waiting > PAUSE_ABOVE_BYTES) session.fellBehind();
  }

  closeSlow(session: Writer, limit: 'buffered_bytes' | 'slow_reader'): void {
    this.counts.limits.add(limit);
    session.close(CLOSE.slow);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flush);
  }

  private write(): void {
    const { sessions } = this;
    this.sessions = [];
    for (const session of sessions) {
      if (session.flush()) this.slow.push(session);
    }
  }

  private readonly flush = (): void => {
    this.scheduled = false;
    this.write();
    const { slow } = this;
    this.slow = [];
    for (const session of slow) this.closeIfSlow(session);
    this.publish();
    this.latencies.written();
  };
}
