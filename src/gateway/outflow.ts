import type { Trace } from '../messaging/trace/trace.js';
import { CLOSE, type Close } from '../protocol/codes.js';
import { PAUSE_ABOVE_BYTES } from '../protocol/limits.js';
import type { GatewayCounts } from './gateway-counts.js';
import type { Latencies } from './latencies.js';
import { Publisher, type PublisherLimits } from './publisher.js';
import type { Shard } from './topic-shards.js';
import type { Socket } from './transport/transport.js';

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
 * session was sent comes before what was added for a topic after it. What was added for a topic with many sessions may
 * come some turns later: in order with all else of that topic, but not with that of others.
 */
export class Outflow {
  private sessions: Writer[] = [];
  /** Those for which the network was too slow in this turn. */
  private slow: Writer[] = [];
  private readonly publisher: Publisher;
  private scheduled = false;

  /** `maxBufferedBytes`: a session for which more than this waits reads too slowly, and is closed 4408. */
  constructor(
    publishText: (topic: string, text: string) => void,
    private readonly maxBufferedBytes: number,
    /** Of the sessions whose way out this is. */
    readonly counts: GatewayCounts,
    private readonly latencies: Latencies,
    limits?: PublisherLimits,
    /** Told of what goes out, where somebody wants to know. */
    readonly trace?: Trace,
  ) {
    this.publisher = new Publisher(publishText, limits);
  }

  /** Called by a session when it has something to flush and had nothing before. */
  add(session: Writer): void {
    this.sessions.push(session);
    this.schedule();
  }

  /**
   * Sends one text to every session that is subscribed to `topic`, unless it unsubscribes before its turn. `seq`: of what
   * is said there.
   */
  addFor(topic: string, text: string, seq?: number): void {
    if (seq !== undefined && this.trace !== undefined) this.note(this.trace, topic, seq);
    this.counts.published += 1;
    this.publisher.add(topic, text);
    this.schedule();
  }

  /**
   * Subscribes a socket: what is added for `topic` from now on reaches it, and nothing that was added before; to one that
   * is subscribed already that is sent at once. `shards` is what it was subscribed to; returns what it is now.
   */
  subscribe(shards: readonly Shard[], topic: string, socket: Pick<Socket<unknown>, 'subscribe'>): readonly Shard[] {
    const present = shards.find((shard) => shard.topic.name === topic);
    const shard = present ?? this.publisher.shardFor(topic);
    if (this.publisher.owes(shard)) {
      this.write();
      this.publisher.publishFor(shard);
    }
    if (present !== undefined) return shards;
    this.publisher.enter(shard);
    socket.subscribe(shard.name);
    return [...shards, shard];
  }

  /** Nothing is sent for the topic any more. */
  unsubscribe(shards: readonly Shard[], topic: string, socket: Pick<Socket<unknown>, 'unsubscribe'>): readonly Shard[] {
    const shard = shards.find((each) => each.topic.name === topic);
    if (shard === undefined) return shards;
    this.publisher.leave(shard);
    socket.unsubscribe(shard.name);
    return shards.filter((each) => each !== shard);
  }

  /** The socket of these has closed, or is about to. */
  leave(shards: readonly Shard[]): void {
    for (const shard of shards) this.publisher.leave(shard);
  }

  /** Publishes at once all that was added. Closes nobody. */
  publish(): void {
    if (this.publisher.isEmpty) return;
    this.write();
    this.publisher.publishAll();
  }

  /** What was added for `topic` so far comes before what is added for other topics from now on. */
  settle(topic: string): void {
    if (!this.publisher.isBehind(topic)) return;
    this.write();
    this.publisher.publishTopic(topic);
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

  private note(trace: Trace, topic: string, seq: number): void {
    const sessions = this.publisher.sessionsOf(topic);
    if (sessions > 0) trace.published(topic, seq, sessions);
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
    this.publisher.publishForFew();
    this.publisher.publishSome();
    if (this.publisher.isWaiting) this.schedule();
    this.latencies.written();
    this.trace?.written();
  };
}
