import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../../../protocol/codes.js';
import { newCounters } from '../counters.js';
import type { SocketEvents, Transport, TransportCounters, TransportOptions, UpgradeRefusal } from '../transport.js';
import { Topics } from './topics.js';
import { splitTarget } from './ws-http.js';
import { WsHttpServer } from './ws-http-server.js';
import { WsSocket } from './ws-socket.js';

/** RFC 6455 §7.4.1: a close frame without a code. */
const NO_CODE = 1005;
/** The package's name for a frame beyond `maxPayload`. */
const TOO_BIG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** Tells when its closing begins, whichever side began it; `ws` itself tells only when the connection has gone. */
class ClosingWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.emit('closing', code ?? NO_CODE);
  }
}

/** The `ws` package on Node's own HTTP server: runs wherever Node does. */
export class WsTransport implements Transport {
  readonly name = 'ws';
  readonly counters: TransportCounters = newCounters();
  private readonly server: WebSocketServer;
  private readonly topics = new Topics<WsSocket>();
  private admit: (request: IncomingMessage, connection: Connection, head: Buffer) => UpgradeRefusal | undefined =
    () => ({ status: 404, because: 'no WebSocket here' });

  constructor(private readonly options: TransportOptions) {
    this.server = new WebSocketServer({
      noServer: true,
      WebSocket: ClosingWebSocket,
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
  }

  createHttpServer(handler: RequestListener): Server {
    return new WsHttpServer({
      onRequest: handler,
      onHandshake: (request, connection, head) => this.admit(request, connection, head),
      maxConnections: this.options.maxConnections,
      counters: this.counters,
      onError: this.options.onError,
      endSockets: () => {
        for (const client of this.server.clients) client.terminate();
      },
    });
  }

  publish(topic: string, text: string): void {
    const subscribers = this.topics.subscribersOf(topic);
    if (subscribers === undefined) return;
    const bytes = Buffer.from(text);
    for (const socket of subscribers) socket.write(bytes);
  }

  attach<Admission, State>(events: SocketEvents<Admission, State>): void {
    this.admit = (request, connection, head) => {
      const { headers } = request;
      const verdict = events.upgrade({
        ...splitTarget(request.url ?? ''),
        remoteAddress: request.socket.remoteAddress ?? '',
        header: (name) => String(headers[name] ?? ''),
      });
      if ('refused' in verdict) return verdict.refused;
      // `ws` takes an empty list of protocols for a broken one.
      if (headers['sec-websocket-protocol'] === '') delete headers['sec-websocket-protocol'];
      this.server.handleUpgrade(request, connection, head, (ws) => this.open(events, ws, connection, verdict.admitted));
      return undefined;
    };
  }

  private open<Admission, State>(
    events: SocketEvents<Admission, State>,
    ws: WebSocket,
    connection: Connection,
    admission: Admission,
  ): void {
    const { counters, options, topics } = this;
    const socket = new WsSocket<State>(ws, connection, {
      counters,
      topics,
      maxBufferedBytes: options.maxBufferedBytes,
      drained: () => this.guard(socket, 'drained', () => events.drained(socket)),
      overflowed: () => {
        if (socket.open) this.guard(socket, 'overflowed', () => events.overflowed(socket));
      },
    });
    counters.opened += 1;
    counters.open += 1;
    endWhenGone(ws, connection, options.goneAfterS);

    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (!socket.open) return;
      counters.framesIn += 1;
      this.guard(socket, 'text', () => {
        if (isBinary) events.binary(socket);
        else events.text(socket, data.toString(), data.byteLength);
      });
    });
    ws.on('ping', () => this.guard(socket, 'heard', () => events.heard(socket)));
    ws.on('pong', (payload) => this.guard(socket, 'ponged', () => events.ponged(socket, payload.toString('latin1'))));
    // A broken frame: `ws` closes with the code of RFC 6455, and `close` follows.
    ws.on('error', (error) => {
      if ('code' in error && error.code === TOO_BIG) counters.framesCut += 1;
    });
    this.tellClosed(events, ws, socket);
    this.guard(socket, 'opened', () => events.opened(socket, admission));
  }

  /** The owner hears of the end once: when the closing begins, or when the connection goes without one. */
  private tellClosed<State>(
    events: Pick<SocketEvents<unknown, State>, 'closed'>,
    ws: WebSocket,
    socket: WsSocket<State>,
  ): void {
    let told = false;
    const tell = (code: number) => {
      if (told) return;
      told = true;
      socket.unsubscribeFromAll();
      this.guard(socket, 'closed', () => events.closed(socket, code));
    };
    ws.on('closing', tell);
    ws.on('close', (code: number) => {
      this.counters.open -= 1;
      tell(code);
    });
  }

  private guard(socket: WsSocket, where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.options.onError(error, where, socket.state);
      socket.close(CLOSE.internal.code, CLOSE.internal.word);
    }
  }
}

/** Node's own socket timeout counts what is written, too; here only what comes counts. */
function endWhenGone(ws: WebSocket, connection: Connection, goneAfterS: number): void {
  let heardBytes = connection.bytesRead;
  const watch = setInterval(() => {
    if (connection.bytesRead === heardBytes) ws.terminate();
    heardBytes = connection.bytesRead;
  }, goneAfterS * 1000).unref();
  connection.once('close', () => clearInterval(watch));
}
