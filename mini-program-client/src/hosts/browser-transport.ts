import { isText } from '../json.js';
import { ignore, type Transport } from './transport.js';

/** The few names of a browser's `WebSocket` that this library uses; the `ws` package and Node 22 have them too. */
export interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(code?: number): void;
}

export interface WebSocketConstructor {
  new (url: string): WebSocketLike;
}

/** Sockets of a browser, of Node 22 and later, or of the `ws` package: pass the `WebSocket` class. */
export function browserTransport(WebSocketClass: WebSocketConstructor): Transport {
  return {
    open(url, events) {
      const socket = new WebSocketClass(url);
      socket.onopen = () => events.opened();
      socket.onmessage = (event: { readonly data: unknown }) => {
        if (isText(event.data)) events.received(event.data);
      };
      socket.onclose = (event: { readonly code: number; readonly reason: string }) =>
        events.lost(event.code, event.reason);
      // The close that always follows says more. The `ws` package throws where nobody listens, even after a close.
      socket.onerror = ignore;
      return {
        send: (text) => socket.send(text),
        close: () => {
          // The closing handshake of a dead connection takes minutes; nobody waits for its end.
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close(1000);
        },
      };
    },
  };
}
