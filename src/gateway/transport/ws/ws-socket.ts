import type { Socket as Connection } from 'node:net';
import { WebSocket } from 'ws';
import type { SendResult, Socket, TransportCounters } from '../transport.js';
import type { Topics } from './topics.js';

interface Surroundings {
  readonly counters: TransportCounters;
  readonly maxBufferedBytes: number;
  readonly topics: Topics<WsSocket>;
  readonly drained: () => void;
  readonly overflowed: () => void;
}

const NOTHING = Buffer.alloc(0);

/** `Socket` on the `ws` package. `connection` is the TCP connection below it, whose stream says what waits. */
export class WsSocket<State = unknown> implements Socket<State> {
  state: State | undefined = undefined;
  /** What waited when the connection was corked: the rest waits for us, not for the network. */
  private waitedAtCork: number | undefined = undefined;
  private isWaiting = false;
  private readonly subscribedTo = new Set<string>();

  constructor(
    private readonly ws: WebSocket,
    private readonly connection: Connection,
    private readonly around: Surroundings,
  ) {}

  get open(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  get bufferedBytes(): number {
    return this.waitedAtCork ?? this.connection.writableLength;
  }

  send(text: string): SendResult {
    const result = this.write(text);
    if (result === 'dropped') return result;
    this.around.counters.framesOut += 1;
    if (result === 'buffered') this.around.counters.buffered += 1;
    return result;
  }

  /** As `send`, for what is published. */
  write(text: string | Buffer): SendResult {
    if (!this.open) return 'dropped';
    if (this.bufferedBytes > this.around.maxBufferedBytes) {
      this.around.counters.dropped += 1;
      setImmediate(this.around.overflowed);
      return 'dropped';
    }
    this.ws.send(text, { binary: false });
    if (this.bufferedBytes === 0) return 'sent';
    if (this.waitedAtCork === undefined) this.awaitDrain();
    return 'buffered';
  }

  cork(write: () => void): void {
    this.waitedAtCork = this.connection.writableLength;
    this.connection.cork();
    try {
      write();
    } finally {
      this.waitedAtCork = undefined;
      this.connection.uncork();
      if (this.bufferedBytes > 0) this.awaitDrain();
    }
  }

  ping(payload: string): void {
    if (this.open) this.ws.ping(payload);
  }

  subscribe(topic: string): void {
    if (!this.open) return;
    this.subscribedTo.add(topic);
    this.around.topics.add(topic, this);
  }

  unsubscribe(topic: string): void {
    if (this.subscribedTo.delete(topic)) this.around.topics.delete(topic, this);
  }

  unsubscribeFromAll(): void {
    for (const topic of this.subscribedTo) this.around.topics.delete(topic, this);
    this.subscribedTo.clear();
  }

  close(code: number, reason: string): void {
    this.unsubscribeFromAll();
    this.ws.close(code, reason);
  }

  terminate(): void {
    this.unsubscribeFromAll();
    this.ws.terminate();
  }

  /** Node's `drain` comes only after its own high-water mark; the end of a write of nothing comes after all before it. */
  private awaitDrain(): void {
    if (this.isWaiting || !this.connection.writable) return;
    this.isWaiting = true;
    this.connection.write(NOTHING, (error) => {
      this.isWaiting = false;
      if (error) return;
      if (this.bufferedBytes > 0) this.awaitDrain();
      else if (this.open) this.around.drained();
    });
  }
}
