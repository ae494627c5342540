import { type IncomingMessage, type RequestListener, Server } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../../../protocol/codes.js';
import { newCounters } from '../counters.js';
import { type HeaderLines, judgeHandshake, REASON_PHRASES, refusalBody } from '../handshake.js';
import type { SocketEvents, Transport, TransportCounters, TransportOptions, UpgradeRefusal } from '../transport.js';
import { WsSocket } from './ws-socket.js';

type UpgradeListener = (request: IncomingMessage, connection: Connection, head: Buffer) => void;

/** Node's server waits for upgraded connections too when it closes, so they are ended first. */
class HttpServer extends Server {
  constructor(
    handler: RequestListener,
    private readonly endSockets: () => void,
  ) {
    super(handler);
  }

  override close(closed?: (error?: Error) => void): this {
    this.endSockets();
    return super.close(closed);
  }
}

/** The `ws` package on Node's own HTTP server: runs wherever Node does. */
export class WsTransport implements Transport {
  readonly name = 'ws';
  readonly counters: TransportCounters = newCounters();
  private readonly server: WebSocketServer;
  private readonly subscribers = new Set<WsSocket>();
  private onUpgrade: UpgradeListener = (_request, connection) => {
    this.refuse(connection, { status: 404, because: 'no WebSocket here' });
  };

  constructor(private readonly options: TransportOptions) {
    this.server = new WebSocketServer({
      noServer: true,
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
  }

  createHttpServer(handler: RequestListener): Server {
    const server = new HttpServer(handler, () => {
      for (const client of this.server.clients) client.terminate();
    });
    server.on('upgrade', (request: IncomingMessage, connection: Connection, head: Buffer) => {
      connection.on('error', () => connection.destroy());
      try {
        this.onUpgrade(request, connection, head);
      } catch (error) {
        this.options.onError(error, 'upgrade');
        this.refuse(connection, { status: 500, because: 'the handshake failed on our side' });
      }
    });
    return server;
  }

  publish(text: string): void {
    this.counters.published += 1;
    const bytes = Buffer.from(text);
    for (const socket of this.subscribers) socket.send(bytes);
  }

  attach<Admission, State>(events: SocketEvents<Admission, State>): void {
    this.onUpgrade = (request, connection, head) => {
      const fault = judgeHandshake(request.method ?? '', headerLines(request));
      if (fault !== undefined) return this.refuse(connection, fault);

      const { path, query } = splitTarget(request.url ?? '');
      const verdict = events.upgrade({
        path,
        query,
        remoteAddress: request.socket.remoteAddress ?? '',
        header: (name) => String(request.headers[name] ?? ''),
      });
      if ('refused' in verdict) return this.refuse(connection, verdict.refused);
      this.server.handleUpgrade(request, connection, head, (ws) => this.open(events, ws, connection, verdict.admitted));
    };
  }

  private open<Admission, State>(
    events: SocketEvents<Admission, State>,
    ws: WebSocket,
    connection: Connection,
    admission: Admission,
  ): void {
    const { counters, options } = this;
    const socket = new WsSocket<State>(ws, connection, {
      counters,
      maxBufferedBytes: options.maxBufferedBytes,
      subscribers: this.subscribers,
      overflowed: () => this.guard(socket, 'overflowed', () => events.overflowed(socket)),
    });
    counters.opened += 1;
    counters.open += 1;
    connection.setTimeout(options.goneAfterS * 1000, () => ws.terminate());
    connection.on('drain', () => this.guard(socket, 'drained', () => events.drained(socket)));

    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (!socket.open) return;
      counters.framesIn += 1;
      this.guard(socket, 'text', () => {
        if (isBinary) events.binary(socket);
        else events.text(socket, data.toString(), data.byteLength);
      });
    });
    ws.on('ping', () => this.guard(socket, 'heard', () => events.heard(socket)));
    ws.on('pong', () => this.guard(socket, 'heard', () => events.heard(socket)));
    // A broken frame: `ws` closes with the code of RFC 6455, and `close` follows.
    ws.on('error', () => {});
    ws.on('close', (code: number) => {
      socket.unsubscribe();
      counters.open -= 1;
      this.guard(socket, 'closed', () => events.closed(socket, code));
    });
    this.guard(socket, 'opened', () => events.opened(socket, admission));
  }

  private refuse(connection: Connection, refusal: UpgradeRefusal): void {
    this.counters.refused += 1;
    const body = refusalBody(refusal);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...refusal.headers,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    connection.end(`HTTP/1.1 ${refusal.status} ${REASON_PHRASES[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
  }

  private guard(socket: WsSocket, where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.options.onError(error, where);
      socket.close(CLOSE.internal.code, CLOSE.internal.word);
    }
  }
}

function headerLines(request: IncomingMessage): HeaderLines {
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    lines.push([String(request.rawHeaders[i]).toLowerCase(), String(request.rawHeaders[i + 1])]);
  }
  return lines;
}

function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
