import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { atEnd } from './meanwhile.js';
import { Changes } from './raw-changes.js';
import { readFrame, type ServerFrame } from './raw-frames.js';

const RESET_WITHIN_MS = 8_000;
const STUCK_AFTER_MS = 1_500;

/** One HTTP answer, as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A TCP connection that says whatever bytes a test wants said. It never closes its own side by itself, and is gone when
 * the test is over.
 */
export class RawSocket {
  /** What has come and was not read yet. */
  private received: Buffer = Buffer.alloc(0);
  private ended = false;
  private readonly changes = new Changes();

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.changes.notify();
    });
    const end = () => {
      this.ended = true;
      this.changes.notify();
    };
    // A reset is an end too, and tests about hostile bytes expect both.
    socket.on('error', end).on('end', end).on('close', end);
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    atEnd(() => void socket.destroy());
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  /** Opens a connection and its WebSocket; fails if the server does not switch protocols. */
  static async upgraded(port: number, target: string, changes?: HandshakeChanges): Promise<RawSocket> {
    const socket = await RawSocket.open(port);
    socket.write(handshake(target, changes));
    const { status, body } = await socket.answer();
    if (status !== 101) throw new Error(`expected a WebSocket at ${target}, got ${status} ${body}`);
    return socket;
  }

  /** Writes one request on a connection of its own; its answer. */
  static async ask(port: number, request: string): Promise<RawAnswer> {
    const socket = await RawSocket.open(port);
    socket.write(request);
    return socket.answer();
  }

  get isEnded(): boolean {
    return this.ended;
  }

  /** Nothing has come that was not read, not even the end. */
  get hasNothing(): boolean {
    return this.received.length === 0 && !this.ended;
  }

  /** False when the operating system has no room for more at the moment. */
  write(bytes: string | Buffer): boolean {
    return this.socket.write(bytes);
  }

  /** Writes in pieces that arrive one by one. */
  async writeApart(...pieces: readonly (string | Buffer)[]): Promise<void> {
    for (const piece of pieces) {
      this.socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 30));
      // A server in this process has had its turn by then, however late that was.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Stops reading, so that the server's answers pile up at its end. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Says that nothing more will be written. */
  finish(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** True when there is room to write again; false when the connection is over, or nothing moves for a while. */
  async writable(): Promise<boolean> {
    const patience = AbortSignal.timeout(STUCK_AFTER_MS);
    const stop = new AbortController();
    const signal = stop.signal;
    const moved = await Promise.race([
      once(this.socket, 'drain', { signal }).then(() => true),
      once(this.socket, 'close', { signal }).then(() => false),
      once(patience, 'abort', { signal }).then(() => false),
    ]).catch(() => false);
    stop.abort();
    return moved;
  }

  /** The next HTTP answer. `answersHead`: it is one to HEAD and has no body. */
  answer(answersHead = false): Promise<RawAnswer> {
    return this.next('an HTTP answer', (bytes) => readAnswer(bytes, answersHead));
  }

  /** The next WebSocket frame. */
  async frame(): Promise<ServerFrame> {
    return this.next('a frame', (bytes) => {
      const read = readFrame(bytes);
      return read && { value: read.frame, size: read.size };
    });
  }

  /** The next text frame, parsed, whatever control frames come before it. */
  async json(): Promise<unknown> {
    for (;;) {
      const frame = await this.frame();
      if (frame.kind === 'text') return JSON.parse(frame.text);
      if (frame.kind === 'close') throw new Error(`expected a text, got close ${frame.code} ${frame.reason}`);
    }
  }

  /** The next WebSocket frame, or `undefined` when the connection ends without one more. */
  frameOrEnd(): Promise<ServerFrame | undefined> {
    return this.next('a frame or the end', (bytes) => {
      const read = readFrame(bytes);
      if (read !== undefined) return { value: read.frame, size: read.size };
      return this.ended ? { value: undefined, size: 0 } : undefined;
    });
  }

  /** How it ended, in words: `close 1009 too_large`, or `cut off` when nothing was said. */
  async ending(): Promise<string> {
    for (;;) {
      const frame = await this.frameOrEnd();
      if (frame === undefined) return 'cut off';
      if (frame.kind === 'close') return `close ${frame.code ?? ''} ${frame.reason}`.trim();
    }
  }

  /** Resolves once a write meets a connection that the other end has let go of altogether; fails if none does. */
  async resetByWriting({ withinMs = RESET_WITHIN_MS } = {}): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!this.socket.destroyed) {
      if (performance.now() > deadline)
        throw new Error('expected a reset, but the other end still holds the connection');
      await this.writeApart('.');
    }
  }

  /** Resolves when the server has ended its side. */
  async end({ withinMs }: { withinMs?: number } = {}): Promise<void> {
    await this.until('the end', () => (this.ended ? true : undefined), withinMs);
  }

  private async next<T>(what: string, read: (bytes: Buffer) => { value: T; size: number } | undefined): Promise<T> {
    const { value, size } = await this.until(what, () => read(this.received));
    this.received = this.received.subarray(size);
    return value;
  }

  private until<T>(what: string, look: () => T | undefined, withinMs?: number): Promise<T> {
    const complaint = () => {
      const heard = JSON.stringify(this.received.subarray(0, 300).toString('latin1'));
      return `expected ${what}, got ${heard}${this.ended ? ' and the end' : ''}`;
    };
    return this.changes.until(
      () => {
        const found = look();
        if (found === undefined && this.ended) throw new Error(complaint());
        return found;
      },
      complaint,
      withinMs,
    );
  }
}

export interface HandshakeChanges {
  readonly method?: string;
  /** Header lines to put in place of the usual ones; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Whole lines to add, doubled ones too. */
  readonly extraLines?: readonly string[];
}

const HANDSHAKE_HEADERS = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** A WebSocket handshake for `target`, sound but for the changes. */
export function handshake(target: string, { method = 'GET', headers = {}, extraLines = [] }: HandshakeChanges = {}) {
  const lines = Object.entries({ ...HANDSHAKE_HEADERS, ...headers })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${target} HTTP/1.1`, ...lines, ...extraLines, '', ''].join('\r\n');
}

/** A plain HTTP request as bytes. */
export function httpRequest(method: string, target: string, lines: readonly string[] = [], body = ''): string {
  return [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...lines, '', body].join('\r\n');
}

function readAnswer(bytes: Buffer, answersHead: boolean): { value: RawAnswer; size: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(lines.map(headerLine));
  const status = Number(statusLine.split(' ')[1]);
  const bodyStart = headEnd + 4;
  const hasNoBody = answersHead || status < 200 || status === 204 || status === 304;
  const bodyEnd = bodyStart + (hasNoBody ? 0 : Number(headers['content-length'] ?? bytes.length - bodyStart));
  if (bytes.length < bodyEnd) return undefined;
  return { value: { status, headers, body: bytes.subarray(bodyStart, bodyEnd).toString() }, size: bodyEnd };
}

function headerLine(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
