/**
 * Makes sockets. What a transport promises:
 * - `open` begins a dial and comes back at once, with a socket that may be closed at any moment from then on;
 * - it tells `events` what happens, in the order in which it happens, at any time (also before `open` has come back);
 * - it may tell too much: `lost` twice, or events of a socket that was closed. The client minds only the socket it wants.
 */
export interface Transport {
  open(url: string, events: SocketEvents, connectTimeoutMs: number): Socket;
}

export interface SocketEvents {
  opened(): void;
  received(text: string): void;
  /** The dial failed or the connection has gone; `code` is 1006 where the platform does not tell one. */
  lost(code: number, word: string): void;
}

export interface Socket {
  /** Only called after `opened`. */
  send(text: string): void;
  close(): void;
}

/** What a WebSocket calls a connection that went without a word. */
export const ABNORMAL = 1006;

export function ignore(): void {}

export const NO_SOCKET: Socket = { send: ignore, close: ignore };
