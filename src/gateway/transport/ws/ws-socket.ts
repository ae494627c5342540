import type { Socket as Connection } from 'node:net';
import { WebSocket } from 'ws';
import type { SendResult, Socket, TransportCounters } from '../transport.js';

interface Surroundings {
  readonly counters: TransportCounters;
  readonly maxBufferedBytes: number;
  readonly subscribers: Set<WsSocket>;
  readonly overflowed: () => void;
}

/** `Socket` on the `ws` package. `connection` is the TCP connection below it, whose stream says what waits. */
export class WsSocket<State = unknown> implements Socket<State> {
  state: State | undefined = undefined;
  /** Bytes given to `connection` since it was corked: they wait for us, not for the network. */
  private corkedFrom: number | undefined = undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly connection: Connection,
    private readonly around: Surroundings,
  ) {}

  get open(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  get bufferedBytes(): number {
    return this.corkedFrom ?? this.connection.writableLength;
  }

  send(text: string | Buffer): SendResult {
    if (!this.open) return 'dropped';
    const { counters } = this.around;
    if (this.bufferedBytes > this.around.maxBufferedBytes) {
      counters.dropped += 1;
      setImmediate(this.around.overflowed);
      return 'dropped';
    }
    counters.framesOut += 1;
    this.ws.send(text, { binary: false });
    if (!this.connection.writableNeedDrain) return 'sent';
    counters.buffered += 1;
    return 'buffered';
  }

  cork(write: () => void): void {
    this.corkedFrom = this.connection.writableLength;
    this.connection.cork();
    try {
      write();
    } finally {
      this.corkedFrom = undefined;
      this.connection.uncork();
    }
  }

  ping(): void {
    if (this.open) this.ws.ping();
  }

  subscribe(): void {
    if (this.open) this.around.subscribers.add(this);
  }

  unsubscribe(): void {
    this.around.subscribers.delete(this);
  }

  close(code: number, reason: string): void {
    this.unsubscribe();
    this.ws.close(code, reason);
  }

  terminate(): void {
    this.unsubscribe();
    this.ws.terminate();
  }
}
