import type { WebSocket } from 'uWebSockets.js';
import type { SendResult, Socket, TransportCounters } from '../transport.js';

/** What uWebSockets.js keeps with a socket. It makes these keys properties of the native socket: no outside names here. */
export interface UserData<Admission, State> {
  admission: Admission | undefined;
  socket: UwsSocket<State> | undefined;
}

const RESULTS: readonly SendResult[] = ['buffered', 'sent', 'dropped'];

/** `Socket` on uWebSockets.js, whose own methods throw once the socket is closed: hence the `open` flag. */
export class UwsSocket<State> implements Socket<State> {
  state: State | undefined = undefined;
  open = true;

  constructor(
    private readonly ws: WebSocket<UserData<unknown, State>>,
    private readonly counters: TransportCounters,
  ) {}

  get bufferedBytes(): number {
    return this.open ? this.ws.getBufferedAmount() : 0;
  }

  send(text: string): SendResult {
    if (!this.open) return 'dropped';
    const result = RESULTS[this.ws.send(text)] ?? 'dropped';
    if (result !== 'dropped') this.counters.framesOut += 1;
    if (result === 'buffered') this.counters.buffered += 1;
    return result;
  }

  cork(write: () => void): void {
    if (this.open) this.ws.cork(write);
  }

  ping(payload: string): void {
    if (this.open) this.ws.ping(payload);
  }

  subscribe(topic: string): void {
    if (this.open) this.ws.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    if (this.open) this.ws.unsubscribe(topic);
  }

  close(code: number, reason: string): void {
    if (this.open) this.ws.end(code, reason);
  }

  terminate(): void {
    if (this.open) this.ws.close();
  }
}
