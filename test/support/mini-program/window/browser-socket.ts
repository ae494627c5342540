interface Options {
  readonly handshakeTimeout?: number;
}

interface Listeners {
  open: () => void;
  message: (text: string) => void;
  error: (error: unknown) => void;
  close: (code: number, reason: string) => void;
}

/** As much of the package `ws` as a phone uses, on the socket of a browser. */
export default class BrowserSocket {
  static readonly OPEN = 1;
  private readonly socket: WebSocket;
  private readonly listeners: { [Name in keyof Listeners]?: Listeners[Name] } = {};
  private ended = false;

  constructor(url: string, { handshakeTimeout = 60_000 }: Options = {}) {
    this.socket = new WebSocket(url);
    const timer = setTimeout(() => this.terminate(), handshakeTimeout);
    this.socket.onopen = () => {
      clearTimeout(timer);
      this.listeners.open?.();
    };
    this.socket.onmessage = ({ data }) => this.listeners.message?.(String(data));
    this.socket.onerror = (event) => this.listeners.error?.(event);
    this.socket.onclose = ({ code, reason }) => {
      clearTimeout(timer);
      this.end(code, reason);
    };
  }

  get readyState(): number {
    return this.ended ? WebSocket.CLOSED : this.socket.readyState;
  }

  on<Name extends keyof Listeners>(name: Name, listener: Listeners[Name]): void {
    this.listeners[name] = listener as never;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  close(code: number): void {
    this.socket.close(code);
  }

  /** A browser has no way to break off: the far end hears of a close, the app of a loss. */
  terminate(): void {
    this.socket.close();
    this.end(1006, '');
  }

  private end(code: number, reason: string): void {
    if (this.ended) return;
    this.ended = true;
    this.listeners.close?.(code, reason);
  }
}
