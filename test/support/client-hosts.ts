import type { Platform, PlatformSignal } from '../../mini-program-client/src/hosts/platform.js';
import type { Socket, SocketEvents, Transport } from '../../mini-program-client/src/hosts/transport.js';
import type { PongFrame, ServerFrame, WelcomeFrame } from '../../src/protocol/frames.js';

/** A socket whose other end is the test. */
export class ScriptedSocket implements Socket {
  readonly sent: string[] = [];
  closed = false;
  /** Of the transport's own knowledge: the far end is gone. */
  gone = false;

  constructor(
    readonly url: string,
    private readonly events: SocketEvents,
  ) {}

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.events.opened();
  }

  receive(frame: ServerFrame): void {
    this.events.received(JSON.stringify(frame));
  }

  receiveText(text: string): void {
    this.events.received(text);
  }

  lose(code = 1006, word = ''): void {
    this.gone = true;
    this.events.lost(code, word);
  }

  /** The frames sent, pings left out. */
  get frames(): Record<string, unknown>[] {
    return this.sent.map((text) => JSON.parse(text)).filter((frame) => frame.type !== 'ping');
  }
}

/** Makes sockets that wait for the test to say what happens to them. */
export class ScriptedTransport implements Transport {
  readonly sockets: ScriptedSocket[] = [];

  open(url: string, events: SocketEvents): Socket {
    const socket = new ScriptedSocket(url, events);
    this.sockets.push(socket);
    return socket;
  }

  /** The last one dialled. */
  get last(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('nothing was dialled yet');
    return socket;
  }

  /** Sockets that neither the client nor the far end has closed. */
  get alive(): readonly ScriptedSocket[] {
    return this.sockets.filter((socket) => !socket.closed && !socket.gone);
  }
}

/** The world around the app, as the test tells it. */
export class ScriptedPlatform implements Platform {
  private readonly tellers = new Set<(signal: PlatformSignal) => void>();

  listen(teller: (signal: PlatformSignal) => void): () => void {
    this.tellers.add(teller);
    return () => this.tellers.delete(teller);
  }

  get listeners(): number {
    return this.tellers.size;
  }

  background(drop = false): void {
    this.tell({ type: 'background', drop });
  }

  foreground(): void {
    this.tell({ type: 'foreground' });
  }

  network(up: boolean): void {
    this.tell({ type: 'network', up });
  }

  private tell(signal: PlatformSignal): void {
    for (const teller of this.tellers) teller(signal);
  }
}

export const WELCOME: WelcomeFrame = {
  type: 'welcome',
  v: 1,
  sessionId: 's1',
  userId: 'A',
  device: 'phone',
  epoch: 'e1',
  head: 0,
  cursor: 0,
  broadcast: 0,
  broadcastFrom: 1,
  pingEveryMs: 15_000,
  deadAfterMs: 30_000,
  maxFrameBytes: 65_536,
  time: 1_767_225_600_000,
};

export const PONG: PongFrame = { type: 'pong', head: 0, broadcast: 0, time: 1_767_225_600_000 };
