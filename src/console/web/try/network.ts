import type { WebSocketConstructor, WebSocketLike, WindowLike } from '../../../../mini-program-client/src/browser.js';

/** Told of all that goes over this network. */
export interface Observer {
  dialled(url: URL): void;
  frame(direction: 'out' | 'in', text: string): void;
  closed(code: number, word: string): void;
}

type Listener = ((event: unknown) => void) | null;

/** As a browser tells of a connection that went without a word (RFC 6455 §7.1.5). */
const GONE = { code: 1006, reason: '' };

/**
 * The network of one pane: real WebSockets that are looked at from outside, and a plug that can be pulled. The client
 * library takes it for the browser's own.
 */
export class Network {
  readonly #signals = new EventTarget();
  readonly #sockets = new Set<WatchedSocket>();
  #isOn = true;

  constructor(
    private readonly observer: Observer,
    private readonly storage: Storage | undefined,
  ) {}

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Off: what is open is cut without a word, and no dial gets anywhere. On: the client is told that the network is back. */
  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (!on) for (const socket of [...this.#sockets]) socket.cut();
    this.#signals.dispatchEvent(new Event(on ? 'online' : 'offline'));
  }

  get WebSocket(): WebSocketConstructor {
    const network = this;
    return class extends WatchedSocket {
      constructor(url: string) {
        super(url, network.#isOn, network.observer, network.#sockets);
      }
    };
  }

  /** The page's own, but for the network's coming and going, and with a storage that the other pane does not see. */
  get window(): WindowLike {
    const of = (type: string) => (type === 'online' || type === 'offline' ? this.#signals : window);
    return {
      document,
      ...(this.storage && { sessionStorage: this.storage }),
      addEventListener: (type, listener) => of(type).addEventListener(type, listener),
      removeEventListener: (type, listener) => of(type).removeEventListener(type, listener),
    };
  }
}

class WatchedSocket implements WebSocketLike {
  onopen: Listener = null;
  onmessage: Listener = null;
  onclose: Listener = null;
  onerror: Listener = null;
  readonly #socket: WebSocket | undefined;
  readonly #observer: Observer;
  readonly #all: Set<WatchedSocket>;

  constructor(url: string, isOn: boolean, observer: Observer, all: Set<WatchedSocket>) {
    this.#observer = observer;
    this.#all = all;
    if (!isOn) {
      setTimeout(() => this.onclose?.(GONE));
      return;
    }
    observer.dialled(new URL(url));
    const socket = new WebSocket(url);
    this.#socket = socket;
    all.add(this);
    socket.onopen = (event) => this.onopen?.(event);
    socket.onerror = (event) => this.onerror?.(event);
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') observer.frame('in', event.data);
      this.onmessage?.(event);
    };
    socket.onclose = (event) => {
      all.delete(this);
      observer.closed(event.code, event.reason);
      this.onclose?.(event);
    };
  }

  send(text: string): void {
    this.#observer.frame('out', text);
    this.#socket?.send(text);
  }

  close(code?: number): void {
    this.#socket?.close(code);
  }

  cut(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#all.delete(this);
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
    this.#observer.closed(GONE.code, GONE.reason);
    this.onclose?.(GONE);
  }
}
