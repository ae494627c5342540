import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { type FuzzInput, fuzzInput } from './fuzz-inputs.js';
import { faultOfAnswer, faultOfClose, faultOfHttp } from './fuzz-oracle.js';
import { clientFrame, OPCODE, readFrame, textFrame } from './raw-frames.js';
import { handshake } from './raw-socket.js';
import type { RunningServer } from './server.js';
import { WsClient } from './ws-client.js';

const WORKERS = 8;
/** The node answers within this, however much is thrown at it. */
const ANSWER_WITHIN_MS = 5_000;
/** Broken input may have no answer at all. */
const PATIENCE_MS = 60;
const WITNESS_PAUSE_MS = 20;

export interface FuzzOptions {
  readonly server: RunningServer;
  readonly seed: number;
  /** Numbers of the inputs: from 0 up to this one. */
  readonly inputs: number;
  /** What stands behind `/websocket/` for this user, with a token if one is asked for. */
  readonly target?: (userId: string) => string;
}

/** Throws inputs at a node and complains at the first thing that should not be; the complaint names seed and input. */
export class Fuzzer {
  /** How long the witness waited for a pong, at most. */
  slowestPongMs = 0;
  private next = 0;
  private stopped = false;

  constructor(private readonly options: FuzzOptions) {}

  async run(): Promise<void> {
    const witness = this.watch();
    try {
      await Promise.all(Array.from({ length: WORKERS }, (_, index) => this.work(index)));
    } finally {
      this.stopped = true;
      await witness;
    }
    const { server, seed } = this.options;
    const faults = /^.*"level":"(?:error|fatal)".*$/m.exec(server.log())?.[0];
    if (faults !== undefined) throw new Error(`seed ${seed}: the log has ${faults.slice(0, 2_000)}`);
  }

  /** Somebody to whom nobody writes, who pings all the while. */
  private async watch(): Promise<void> {
    const { server, target = (userId: string) => userId } = this.options;
    const witness = await WsClient.open(`${server.ws}/websocket/${target('w1tness')}`);
    while (!this.stopped) {
      const sentAt = performance.now();
      witness.send('ping');
      for (let frame = await witness.next(); frame.type !== 'pong'; frame = await witness.next()) {
        if (frame.type === 'broadcast' && String(frame.fromUserId).startsWith('fuzz-')) continue;
        throw new Error(`seed ${this.options.seed}: the witness got ${JSON.stringify(frame).slice(0, 500)}`);
      }
      this.slowestPongMs = Math.max(this.slowestPongMs, performance.now() - sentAt);
      await after(WITNESS_PAUSE_MS);
    }
    await witness.leave();
  }

  private async work(index: number): Promise<void> {
    const { server, seed, inputs, target = (userId: string) => userId } = this.options;
    const isFull = index % 2 === 0;
    const path = target(`fuzz-${index}`);
    const thrower = new Thrower(server.port, isFull ? `${path}${path.includes('?') ? '&' : '?'}v=1` : path, isFull);
    while (!this.stopped && this.next < inputs) {
      const number = this.next;
      this.next += 1;
      const input = fuzzInput(seed, number);
      const fault = await thrower.throwAt(input);
      if (fault === undefined) continue;
      this.stopped = true;
      throw new Error(`seed ${seed}, input ${number}: ${fault}\n${describeInput(input)}`);
    }
    thrower.close();
  }
}

/** Throws one input after another, most of them over one session. */
class Thrower {
  private session: Wire | undefined;
  private pings = 0;

  constructor(
    private readonly port: number,
    private readonly path: string,
    private readonly isFull: boolean,
  ) {}

  /** What was wrong with the answer, if anything was. */
  async throwAt(input: FuzzInput): Promise<string | undefined> {
    if (input.kind === 'frame') return this.throwFrame(input.text);
    if (input.kind === 'bytes') return this.throwBytes(input.bytes);
    const wire = await Wire.connect(this.port);
    wire.write(input.bytes);
    const answer = await wire.http();
    wire.destroy();
    return faultOfHttp(answer, input.kind === 'handshake');
  }

  close(): void {
    this.session?.destroy();
  }

  private async throwFrame(text: string): Promise<string | undefined> {
    if (this.session === undefined || this.session.ended) this.session = await this.open();
    const { session } = this;
    this.pings += 1;
    const mark = `mark ${this.pings}`;
    session.write(Buffer.concat([textFrame(text), clientFrame(OPCODE.ping, mark)]));
    const isBack = await session.read(mark, ANSWER_WITHIN_MS);
    return session.fault ?? (isBack ? undefined : `no answer within ${ANSWER_WITHIN_MS} ms`);
  }

  private async throwBytes(bytes: Buffer): Promise<string | undefined> {
    const wire = await this.open();
    wire.write(Buffer.concat([bytes, clientFrame(OPCODE.ping, 'mark')]));
    await wire.read('mark', PATIENCE_MS);
    wire.destroy();
    return wire.fault;
  }

  private async open(): Promise<Wire> {
    const wire = await Wire.connect(this.port, this.isFull);
    wire.write(handshake(`/websocket/${this.path}`));
    await wire.upgraded();
    return wire;
  }
}

/** A TCP connection on which every WebSocket frame that comes is looked at. */
class Wire {
  ended = false;
  fault: string | undefined;
  private received: Buffer = Buffer.alloc(0);
  private isUpgraded = false;
  private lastMark = '';
  private changed: () => void = () => {};

  private constructor(
    private readonly socket: Socket,
    private readonly isFull: boolean,
  ) {
    socket.on('data', (chunk) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      if (this.isUpgraded) this.look();
      this.changed();
    });
    const end = () => {
      this.ended = true;
      this.changed();
    };
    socket.on('error', end).on('end', end).on('close', end);
  }

  static async connect(port: number, isFull = false): Promise<Wire> {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Wire(socket, isFull);
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  destroy(): void {
    this.ended = true;
    this.socket.destroy();
  }

  async upgraded(): Promise<void> {
    await this.until(() => this.received.includes('\r\n\r\n') || this.ended, ANSWER_WITHIN_MS);
    const head = this.received.toString('latin1', 0, 400);
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`expected a WebSocket, got ${JSON.stringify(head)}`);
    this.isUpgraded = true;
    this.received = this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
    this.look();
  }

  /** Reads until the pong with this mark has come, or the end: true. False if neither came in time. */
  async read(mark: string, withinMs: number): Promise<boolean> {
    return this.until(() => this.lastMark === mark || this.ended || this.fault !== undefined, withinMs);
  }

  /** The HTTP answer, as far as it came. */
  async http(): Promise<string> {
    await this.until(() => this.received.length > 0 || this.ended, PATIENCE_MS);
    return this.received.toString('latin1');
  }

  private look(): void {
    for (let read = readFrame(this.received); read !== undefined; read = readFrame(this.received)) {
      this.received = this.received.subarray(read.size);
      const { frame } = read;
      if (frame.kind === 'pong') this.lastMark = frame.payload;
      else if (frame.kind === 'text') this.fault ??= faultOfAnswer(frame.text, this.isFull);
      else if (frame.kind === 'close') this.fault ??= faultOfClose(frame.code, frame.reason);
      else if (frame.kind === 'other') this.fault ??= 'a frame came that is neither text nor control';
      if (frame.kind === 'close') this.destroy();
    }
  }

  private async until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!isSo()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}

function describeInput(input: FuzzInput): string {
  const text = input.kind === 'frame' ? JSON.stringify(input.text) : input.bytes.toString('hex');
  return `${input.kind} ${text.slice(0, 4_000)}`;
}
