import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { atEnd } from './meanwhile.js';
import { Changes } from './raw-changes.js';

export type Frame = Readonly<Record<string, unknown>>;

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

export interface Refusal {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** The foreign client: the `ws` package, knowing nothing of Minim. Gone when the test is over. */
export class WsClient {
  /** Resolves when the WebSocket is closed, whoever closed it. */
  readonly ended: Promise<Ending>;
  private readonly texts: string[] = [];
  private ending: Ending | undefined;
  private readonly changes = new Changes();
  private connection: Socket | undefined;

  private constructor(
    private readonly socket: WebSocket,
    /** Frames of this type are passed over. */
    private readonly ignored?: string,
  ) {
    socket.on('message', (text: Buffer) => {
      if (this.ignored !== undefined && text.includes(`{"type":"${this.ignored}"`)) return;
      this.texts.push(text.toString());
      this.changes.notify();
    });
    socket.once('upgrade', (answer) => {
      this.connection = answer.socket;
    });
    // `close` follows every error.
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.ending = { code, reason: reason.toString() };
        this.changes.notify();
        resolve(this.ending);
      });
    });
  }

  static async open(
    url: string,
    options: ClientOptions & { protocols?: string[]; ignored?: string } = {},
  ): Promise<WsClient> {
    const socket = new WebSocket(url, options.protocols ?? [], options);
    const client = new WsClient(socket, options.ignored);
    atEnd(() => client.leave());
    await new Promise((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
      socket.once('unexpected-response', async (_request, answer) => {
        reject(new Error(`expected a WebSocket at ${url}, got ${answer.statusCode} ${await bodyOf(answer)}`));
      });
    });
    return client;
  }

  /** The answer to a handshake that is refused. */
  static async refusal(url: string): Promise<Refusal> {
    const socket = new WebSocket(url);
    atEnd(() => socket.terminate());
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      socket.once('unexpected-response', (_request, response) => resolve(response)).once('error', reject);
      socket.once('open', () => reject(new Error(`expected a refusal at ${url}, got a WebSocket`)));
    });
    socket.on('error', () => {});
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(await bodyOf(answer)) };
  }

  get subprotocol(): string {
    return this.socket.protocol;
  }

  get extensions(): string {
    return this.socket.extensions;
  }

  /** An object goes as JSON, a text as it is. */
  send(frame: Frame | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends them in one piece, so that they come together however busy the machine is. */
  sendTogether(frames: readonly Frame[]): void {
    this.connection?.cork();
    for (const frame of frames) this.send(frame);
    this.connection?.uncork();
  }

  sendBytes(bytes: Buffer): void {
    this.socket.send(bytes, { binary: true });
  }

  /** The next text, as it came. */
  nextText({ withinMs }: { withinMs?: number } = {}): Promise<string> {
    return this.changes.until(
      () => {
        const text = this.texts.shift();
        if (text === undefined && this.ending !== undefined)
          throw new Error(`expected a frame, got close ${JSON.stringify(this.ending)}`);
        return text;
      },
      () => 'expected a frame, got nothing',
      withinMs,
    );
  }

  async next(): Promise<Frame> {
    return JSON.parse(await this.nextText());
  }

  /** The next frame; `undefined` when the WebSocket is closed and everything that came has been taken. */
  async nextUnlessClosed({ withinMs }: { withinMs?: number } = {}): Promise<Frame | undefined> {
    const text = await this.changes.until(
      () => this.texts.shift() ?? (this.ending === undefined ? undefined : null),
      () => 'expected a frame or a close, got nothing',
      withinMs,
    );
    return text === null ? undefined : JSON.parse(text);
  }

  async nextOnes(count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** Sends and waits for the next frame. */
  ask(frame: Frame | string): Promise<Frame> {
    this.send(frame);
    return this.next();
  }

  /** Sends a WebSocket-level ping; resolves when its answer has come. */
  async ping(): Promise<void> {
    this.socket.ping();
    await once(this.socket, 'pong');
  }

  /** Closes as a client does that is done, and waits until the server agreed. */
  async leave(code = 1000): Promise<void> {
    if (this.ending !== undefined) return;
    this.socket.close(code);
    await this.ended;
  }

  /** Is gone without a word. */
  terminate(): void {
    this.socket.terminate();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return body;
}
