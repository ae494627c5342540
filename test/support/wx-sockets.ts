import WebSocket from 'ws';

/** As `wx` documents it. */
const MOST_SOCKETS = 5;

/** How the app hears of a socket that went without a close frame. */
export type ToldOfLoss =
  /** `onError`, then `onClose` with 1006. */
  | 'truly'
  /** `onClose` with 1000 "interrupted", as if somebody had hung up. */
  | 'as 1000'
  /** Not at all; sending on it seems to work. */
  | 'never';

interface ConnectOptions {
  readonly url: string;
  readonly timeout?: number;
  fail?(error: { readonly errMsg: string }): void;
}

interface SendOptions {
  readonly data: string;
  fail?(error: { readonly errMsg: string }): void;
}

interface CloseOptions {
  readonly code?: number;
  fail?(error: { readonly errMsg: string }): void;
}

type Listener = (event: unknown) => void;

/** The network of one phone: real sockets, in the manners of the platform. */
export class PhoneSockets {
  /** Not yet closed, whatever the app believes. */
  readonly live = new Set<PhoneSocket>();
  dials = 0;
  mostAtOnce = 0;
  cut = false;
  /** Fails this many of the next dials, before they reach the network. */
  failNext = 0;

  readonly owing: PhoneSocket[] = [];

  constructor(readonly tellsOfLoss: ToldOfLoss) {}

  connect(options: ConnectOptions): PhoneSocket {
    this.dials += 1;
    const socket = new PhoneSocket(this, options);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.live.size);
    return socket;
  }

  /** Why this dial cannot even begin; null when it can. */
  refusal(): string | null {
    if (this.cut) return 'connectSocket:fail interrupted';
    if (this.live.size >= MOST_SOCKETS) return 'connectSocket:fail exceed max websocket connections 5';
    if (this.failNext === 0) return null;
    this.failNext -= 1;
    return 'connectSocket:fail';
  }

  /** The app runs again: the sockets that have something to tell. */
  wake(): readonly PhoneSocket[] {
    this.cut = false;
    return this.owing.splice(0);
  }

  /** The system takes the network away from the app: no close frame, and nothing arrives any more. */
  cutOff(): void {
    this.cut = true;
    for (const socket of this.live) socket.cutOff();
  }
}

/** There is no `off*`: who listens once, listens for ever. */
export class PhoneSocket {
  private readonly listeners: Record<'open' | 'message' | 'error' | 'close', Listener[]> = {
    open: [],
    message: [],
    error: [],
    close: [],
  };
  private ws: WebSocket | null = null;
  /** What the app has not been told yet, because it was suspended. */
  private owed: (() => void)[] = [];

  constructor(
    private readonly phone: PhoneSockets,
    options: ConnectOptions,
  ) {
    const refusal = phone.refusal();
    if (refusal === null) this.dial(options);
    else queueMicrotask(() => options.fail?.({ errMsg: refusal }));
  }

  onOpen(listener: Listener): void {
    this.listeners.open.push(listener);
  }

  onMessage(listener: Listener): void {
    this.listeners.message.push(listener);
  }

  onError(listener: Listener): void {
    this.listeners.error.push(listener);
  }

  onClose(listener: Listener): void {
    this.listeners.close.push(listener);
  }

  send({ data, fail }: SendOptions): void {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(data);
    else if (this.phone.tellsOfLoss !== 'never') fail?.({ errMsg: 'sendSocketMessage:fail SocketTask is not open' });
  }

  /** A socket that is not open yet cannot be closed: it opens all the same. */
  close({ code = 1000, fail }: CloseOptions = {}): void {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.close(code);
    else fail?.({ errMsg: 'closeSocket:fail WebSocket is not connected' });
  }

  /** The far end never hears of it in time, the app hears of it when it wakes. */
  cutOff(): void {
    this.ws?.terminate();
  }

  /** Pays what is owed to an app that was suspended. */
  wake(): void {
    for (const tell of this.owed.splice(0)) tell();
  }

  private dial({ url, timeout = 60_000 }: ConnectOptions): void {
    const ws = new WebSocket(url, { handshakeTimeout: timeout, perMessageDeflate: false });
    this.ws = ws;
    this.phone.live.add(this);
    ws.on('open', () => this.tell('open', { header: {} }));
    ws.on('message', (text) => this.phone.cut || this.tell('message', { data: text.toString() }));
    ws.on('error', () => {});
    ws.on('close', (code, reason) => {
      this.phone.live.delete(this);
      this.closed(code, reason.toString());
    });
  }

  private closed(code: number, reason: string): void {
    if (code === 1006 && this.phone.tellsOfLoss === 'never') return;
    if (code === 1006 && this.phone.tellsOfLoss === 'as 1000')
      this.tell('close', { code: 1000, reason: 'interrupted' });
    else {
      if (code === 1006) this.tell('error', { errMsg: 'connection reset' });
      this.tell('close', { code, reason });
    }
  }

  private tell(kind: keyof PhoneSocket['listeners'], event: unknown): void {
    const tell = () => {
      for (const listener of this.listeners[kind]) listener(event);
    };
    if (!this.phone.cut) return tell();
    this.owed.push(tell);
    this.phone.owing.push(this);
  }
}
