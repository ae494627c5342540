import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createTransport } from '../../src/gateway/transport/create-transport.js';
import type { Socket, SocketEvents, Transport, TransportOptions } from '../../src/gateway/transport/transport.js';
import { Changes } from '../support/raw-changes.js';

export const TRANSPORTS = ['uws', 'ws'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** A socket of the rig keeps the path at which it was opened. */
export type RigSocket = Socket<string>;
export type RigEvents = SocketEvents<string, string>;

export interface RigOptions {
  readonly events?: Partial<RigEvents>;
  readonly options?: Partial<TransportOptions>;
  readonly handler?: RequestListener;
  /** False: nobody is attached to the transport. */
  readonly attached?: boolean;
}

/** A transport that listens, and everything its owner is told, in order: `opened /A`, `text /A hello`, `closed /A 1000`. */
export class Rig {
  readonly log: string[] = [];
  private readonly sockets = new Map<string, RigSocket>();
  private readonly changes = new Changes();
  private closed: Promise<unknown> | undefined;

  private constructor(
    readonly transport: Transport,
    readonly server: Server,
    /** Where exceptions came out of the owner's callbacks, and what they said. */
    readonly errors: readonly string[],
  ) {}

  /** A transport that listens already, with this rig as its owner. */
  static async open(name: TransportName, { events, options, handler, attached = true }: RigOptions = {}): Promise<Rig> {
    const errors: string[] = [];
    const transport = await makeTransport(name, errors, options);
    const server = transport.createHttpServer(handler ?? ((_request, response) => response.end('http')));
    const rig = new Rig(transport, server, errors);
    if (attached) transport.attach(rig.watched(events ?? {}));
    rig.server.listen({ port: 0, host: '127.0.0.1' });
    await once(rig.server, 'listening');
    onTestFinished(async () => void (await rig.close()));
    return rig;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The server's end of the socket at this path. */
  socket(path: string): RigSocket {
    const socket = this.sockets.get(path);
    if (socket === undefined) throw new Error(`no socket was opened at ${path}; the log: ${this.log.join(' | ')}`);
    return socket;
  }

  /** Resolves as soon as the log has this line. */
  async saw(line: string, { withinMs }: { withinMs?: number } = {}): Promise<void> {
    await this.changes.until(
      () => this.log.includes(line) || undefined,
      () => `expected "${line}" in the log, got: ${this.log.join(' | ').slice(0, 2_000)}`,
      withinMs,
    );
  }

  /** Closes the server, once, and resolves when it is closed. */
  close(): Promise<unknown> {
    if (this.closed === undefined) {
      this.closed = once(this.server, 'close');
      this.server.close();
    }
    return this.closed;
  }

  private watched(own: Partial<RigEvents>): RigEvents {
    const { log, sockets } = this;
    const note = (line: string) => {
      log.push(line);
      this.changes.notify();
    };
    return {
      upgrade: (request) => own.upgrade?.(request) ?? { admitted: request.path },
      opened: (socket, path) => {
        socket.state = path;
        sockets.set(path, socket);
        note(`opened ${path}`);
        own.opened?.(socket, path);
      },
      text: (socket, text, byteLength) => {
        note(`text ${socket.state} ${text}`);
        own.text?.(socket, text, byteLength);
      },
      binary: (socket) => {
        note(`binary ${socket.state}`);
        own.binary?.(socket);
      },
      heard: (socket) => {
        note(`heard ${socket.state}`);
        own.heard?.(socket);
      },
      ponged: (socket, payload) => {
        note(`ponged ${socket.state} ${payload}`.trimEnd());
        own.ponged?.(socket, payload);
      },
      drained: (socket) => {
        note(`drained ${socket.state}`);
        own.drained?.(socket);
      },
      overflowed: (socket) => {
        note(`overflowed ${socket.state}`);
        own.overflowed?.(socket);
      },
      closed: (socket, code) => {
        note(`closed ${socket.state} ${code}`);
        own.closed?.(socket, code);
      },
    };
  }
}

/** A server that does not listen yet. */
export async function serverOf(name: TransportName): Promise<Server> {
  return (await makeTransport(name, [])).createHttpServer((_request, response) => response.end('http'));
}

function makeTransport(name: TransportName, errors: string[], options?: Partial<TransportOptions>): Promise<Transport> {
  const onError = (error: unknown, where: string) =>
    void errors.push(`${where}: ${error instanceof Error ? error.message : error}`);
  const all = {
    maxConnections: Number.POSITIVE_INFINITY,
    maxBufferedBytes: 256 * 1024,
    maxFrameBytes: 128 * 1024,
    maxBodyBytes: 1024 * 1024 + 64 * 1024,
    goneAfterS: 60,
    onError,
    ...options,
  };
  return createTransport(name, all, { info: () => {}, warn: () => {} });
}
