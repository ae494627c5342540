import type { HttpRequest, HttpResponse, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import uWS from 'uWebSockets.js';
import type { RequestListener, Server } from 'node:http';
import { CLOSE } from '../../../protocol/codes.js';
import { newCounters } from '../counters.js';
import { firstProtocol, judgeHandshake } from '../handshake.js';
import type { SocketEvents, Transport, TransportCounters, TransportOptions, UpgradeRefusal } from '../transport.js';
import { answerRefusal, headerLines, queryOf, remoteAddress } from './uws-http.js';
import { UwsHttpServer } from './uws-http-server.js';
import { type UserData, UwsSocket } from './uws-socket.js';

/** uWebSockets.js has checked that it is UTF-8; this takes half the time of a Buffer's `toString`. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const ABNORMAL = 1006;
/** What uWebSockets.js says of its own to a socket that it has cut off. */
const TOO_BIG = 'Received too big message';

/**
 * uWebSockets.js; this folder is its only importer. Nothing may throw into its C++ code, and every response needs an
 * abort handler before anything else can fail: an exception or a missing handler there aborts the process.
 */
export class UwsTransport implements Transport {
  readonly name = 'uws';
  readonly counters: TransportCounters = newCounters();
  private readonly app = uWS.App();
  private attached = false;

  constructor(private readonly options: TransportOptions) {
    this.app.filter((res: HttpResponse, change: unknown) => this.noteConnection(res, Number(change)));
  }

  createHttpServer(handler: RequestListener): Server {
    return new UwsHttpServer(this.app, handler, { ...this.options, counters: this.counters }).asServer();
  }

  publish(topic: string, text: string): void {
    // Without a WebSocket route uWebSockets.js crashes here.
    if (this.attached) this.app.publish(topic, text);
  }

  attach<Admission, State>(events: SocketEvents<Admission, State>): void {
    const { counters, options } = this;
    this.attached = true;
    const overflowed = this.deferred<UwsSocket<State>>('overflowed', (socket) => events.overflowed(socket));

    this.app.ws<UserData<Admission, State>>('/*', {
      compression: uWS.DISABLED,
      maxPayloadLength: options.maxFrameBytes,
      maxBackpressure: options.maxBufferedBytes,
      idleTimeout: options.goneAfterS,
      sendPingsAutomatically: false,
      upgrade: (res, req, context) => {
        res.onAborted(() => {});
        try {
          this.upgrade(events, res, req, context);
        } catch (error) {
          this.options.onError(error, 'upgrade');
          this.refuse(res, { status: 500, because: 'the handshake failed on our side' });
        }
      },
      open: (ws) => {
        const userData = ws.getUserData();
        const socket = new UwsSocket<State>(ws, counters);
        const { admission } = userData;
        userData.socket = socket;
        userData.admission = undefined;
        counters.connections -= 1;
        counters.opened += 1;
        counters.open += 1;
        if (admission !== undefined) this.guard(socket, 'opened', () => events.opened(socket, admission));
      },
      message: (ws, message, isBinary) => {
        // What `getUserData` gives is the native socket itself; asking it costs a native call a frame.
        const { socket } = ws as unknown as UserData<Admission, State>;
        if (socket === undefined) return;
        counters.framesIn += 1;
        try {
          if (isBinary) events.binary(socket);
          else events.text(socket, utf8.decode(message), message.byteLength);
        } catch (error) {
          this.fail(socket, 'text', error);
        }
      },
      ping: (ws) => this.heard(ws, events),
      pong: (ws, payload) => {
        const { socket } = ws.getUserData();
        if (socket === undefined) return;
        this.guard(socket, 'ponged', () => events.ponged(socket, Buffer.from(payload).toString('latin1')));
      },
      drain: (ws) => {
        const { socket } = ws.getUserData();
        if (socket === undefined || ws.getBufferedAmount() > 0) return;
        this.guard(socket, 'drained', () => events.drained(socket));
      },
      dropped: (ws) => {
        const { socket } = ws.getUserData();
        if (socket === undefined) return;
        counters.dropped += 1;
        // Closing or unsubscribing while uWebSockets.js walks the subscribers ends the process.
        overflowed(socket);
      },
      close: (ws, code, reason) => {
        const { socket } = ws.getUserData();
        if (socket === undefined) return;
        if (code === ABNORMAL && Buffer.from(reason).toString('latin1') === TOO_BIG) counters.framesCut += 1;
        socket.open = false;
        counters.open -= 1;
        this.guard(socket, 'closed', () => events.closed(socket, code));
      },
    });
  }

  /** The change is 1 or -1; of a connection that becomes a WebSocket the end is not told. */
  private noteConnection(res: HttpResponse, change: number): void {
    const { counters, options } = this;
    counters.connections += change;
    if (change < 0 || counters.connections + counters.open <= options.maxConnections) return;
    counters.connectionsCut += 1;
    res.close();
  }

  private upgrade<Admission, State>(
    events: SocketEvents<Admission, State>,
    res: HttpResponse,
    req: HttpRequest,
    context: us_socket_context_t,
  ): void {
    const fault = judgeHandshake(req.getMethod(), headerLines(req));
    if (fault !== undefined) return this.refuse(res, fault);

    const verdict = events.upgrade({
      path: req.getUrl(),
      query: queryOf(req),
      remoteAddress: remoteAddress(res),
      header: (name) => req.getHeader(name),
    });
    if ('refused' in verdict) return this.refuse(res, verdict.refused);

    res.upgrade<UserData<Admission, State>>(
      { admission: verdict.admitted, socket: undefined },
      req.getHeader('sec-websocket-key'),
      firstProtocol(req.getHeader('sec-websocket-protocol')),
      '',
      context,
    );
  }

  private refuse(res: HttpResponse, refusal: UpgradeRefusal): void {
    this.counters.refused += 1;
    answerRefusal(res, refusal);
  }

  private heard<Admission, State>(
    ws: WebSocket<UserData<Admission, State>>,
    events: SocketEvents<Admission, State>,
  ): void {
    const { socket } = ws.getUserData();
    if (socket !== undefined) this.guard(socket, 'heard', () => events.heard(socket));
  }

  private guard<State>(socket: UwsSocket<State>, where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(socket, where, error);
    }
  }

  private fail<State>(socket: UwsSocket<State>, where: string, error: unknown): void {
    this.options.onError(error, where, socket.state);
    socket.close(CLOSE.internal.code, CLOSE.internal.word);
  }

  /** Calls `run` for each socket once, after the native code that reported it has returned. */
  private deferred<S extends UwsSocket<unknown>>(where: string, run: (socket: S) => void): (socket: S) => void {
    const waiting = new Set<S>();
    return (socket) => {
      waiting.add(socket);
      if (waiting.size > 1) return;
      setImmediate(() => {
        const sockets = [...waiting];
        waiting.clear();
        for (const each of sockets) if (each.open) this.guard(each, where, () => run(each));
      });
    };
  }
}
