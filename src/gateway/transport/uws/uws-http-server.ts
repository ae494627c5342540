import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import uWS from 'uWebSockets.js';
import { EventEmitter } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import inject from 'light-my-request';
import { judgeHandshake } from '../handshake.js';
import type { TransportCounters, TransportOptions } from '../transport.js';
import { answerRefusal, headerLines, queryOf, remoteAddress } from './uws-http.js';

/** Refuses a port that another process has; uWebSockets.js would share it silently (SO_REUSEPORT). */
const LISTEN_EXCLUSIVELY = 1;
/** Answers go back whole, with a length of their own. */
const NOT_COPIED = new Set(['connection', 'transfer-encoding', 'keep-alive', 'content-length', 'date']);
/** How long requests under way may still take once the server closes. */
const FINISH_WITHIN_MS = 5_000;

interface ListenOptions {
  readonly port?: number;
  readonly host?: string;
}

interface BodyOptions extends Pick<TransportOptions, 'maxBodyBytes'> {
  readonly counters: Pick<TransportCounters, 'refused' | 'bodiesCut'>;
}

type ListenWithOption = (
  host: string,
  port: number,
  option: number,
  listened: (listenSocket: us_listen_socket | false) => void,
) => void;

/**
 * Enough of `http.Server` on a uWebSockets.js app for Fastify, Nest and supertest: requests go to the handler through
 * light-my-request, and answers are sent whole.
 */
export class UwsHttpServer extends EventEmitter {
  listening = false;
  private listenSocket: us_listen_socket | undefined;
  private bound: AddressInfo | null = null;
  private underWay = 0;
  private closing = false;

  constructor(
    private readonly app: TemplatedApp,
    private readonly handler: RequestListener,
    private readonly options: BodyOptions & Pick<TransportOptions, 'onError'>,
  ) {
    super();
  }

  /** Fastify's type for what a `serverFactory` returns is `http.Server`; what it uses of it is here. */
  asServer(): Server {
    return this as unknown as Server;
  }

  listen({ port = 0, host = '0.0.0.0' }: ListenOptions, listening?: () => void): this {
    if (listening !== undefined) this.once('listening', listening);
    this.app.any('/*', (res, req) => this.receive(res, req));
    // The declaration has no form with both a host and an option; the function has.
    const listen = this.app.listen as unknown as ListenWithOption;
    listen.call(this.app, host, port, LISTEN_EXCLUSIVELY, (listenSocket) => this.listened(listenSocket, host, port));
    return this;
  }

  address(): AddressInfo | null {
    return this.bound;
  }

  /** Stops listening, lets requests under way finish, then closes what is left. */
  close(closed?: (error?: Error) => void): this {
    if (closed !== undefined) this.once('close', closed);
    if (this.closing) return this;
    this.closing = true;
    this.listening = false;
    if (this.listenSocket !== undefined) uWS.us_listen_socket_close(this.listenSocket);
    const deadline = performance.now() + FINISH_WITHIN_MS;
    const finish = () => {
      if (this.underWay > 0 && performance.now() < deadline) return void setTimeout(finish, 10);
      this.app.close();
      this.emit('close');
    };
    setImmediate(finish);
    return this;
  }

  closeAllConnections(): void {
    this.app.close();
  }

  /** uWebSockets.js lets idle connections go by itself. */
  closeIdleConnections(): void {}

  setTimeout(): this {
    return this;
  }

  private listened(listenSocket: us_listen_socket | false, host: string, port: number): void {
    if (listenSocket === false) return this.tellWhyNot(host, port);
    this.listenSocket = listenSocket;
    this.bound = {
      address: host,
      port: uWS.us_socket_local_port(listenSocket),
      family: host.includes(':') ? 'IPv6' : 'IPv4',
    };
    this.listening = true;
    queueMicrotask(() => this.emit('listening'));
  }

  /** uWebSockets.js says only that it cannot listen; Node says why. */
  private tellWhyNot(host: string, port: number): void {
    const probe = createServer();
    probe.once('error', (error) => this.emit('error', error));
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close();
      this.emit('error', new Error(`uWebSockets.js cannot listen on ${host}:${port}`));
    });
  }

  private receive(res: HttpResponse, req: HttpRequest): void {
    const exchange = new Exchange(res, () => {
      this.underWay -= 1;
    });
    this.underWay += 1;
    try {
      this.handle(exchange, res, req);
    } catch (error) {
      this.options.onError(error, 'http');
      exchange.fail();
    }
  }

  /** All of `req` is read here: it is dead after the first await. */
  private handle(exchange: Exchange, res: HttpResponse, req: HttpRequest): void {
    const lines = headerLines(req);
    const headers = joined(lines);
    if (headers.upgrade?.toLowerCase() === 'websocket') {
      // The key is missing or of another length, or the ws route would have taken it.
      const fault = judgeHandshake(req.getMethod(), lines);
      this.options.counters.refused += 1;
      return exchange.refuse(fault ?? { status: 404, because: 'no WebSocket here' });
    }
    const query = queryOf(req);
    const request = {
      method: req.getCaseSensitiveMethod(),
      url: query === '' ? req.getUrl() : `${req.getUrl()}?${query}`,
      headers,
      remoteAddress: remoteAddress(res),
    };
    if (!hasBody(headers)) return this.dispatch(exchange, request, undefined);
    exchange.readBody(this.options, (body) => this.dispatch(exchange, request, body));
  }

  private dispatch(exchange: Exchange, request: HttpCall, payload: Buffer | undefined): void {
    const { url, ...rest } = request;
    const call = {
      ...rest,
      // light-my-request would resolve `..` and `%2e` in it, so that one path became another.
      url: '/',
      server: this.asServer(),
      validate: false,
      ...(payload === undefined ? {} : { payload }),
    };
    const handle: RequestListener = (incoming, answer) => {
      incoming.url = url;
      // As Node does it: whoever still works on the answer may stop.
      exchange.onAborted = () => void answer.destroy();
      this.handler(incoming, answer);
    };
    inject(handle as inject.DispatchFunc, call as inject.InjectOptions, (error, response) => {
      if (exchange.isOver) return;
      if (error === undefined || error === null) {
        if (response !== undefined) return exchange.answer(request.method, response);
      }
      this.options.onError(error ?? new Error('no response'), 'http');
      exchange.fail();
    });
  }
}

interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string;
}

/** One request and its one answer, which may be overtaken by the client's going away. */
class Exchange {
  /** Called when the client has gone before its answer was there. */
  onAborted: () => void = () => undefined;
  private over = false;

  constructor(
    private readonly res: HttpResponse,
    private readonly onOver: () => void,
  ) {
    res.onAborted(() => {
      this.end();
      this.onAborted();
    });
  }

  /** It is answered, or the client has gone. */
  get isOver(): boolean {
    return this.over;
  }

  readBody({ maxBodyBytes: limit, counters }: BodyOptions, complete: (body: Buffer) => void): void {
    const chunks: Buffer[] = [];
    let size = 0;
    this.res.onData((chunk, isLast) => {
      if (this.over) return;
      size += chunk.byteLength;
      if (size > limit) {
        counters.bodiesCut += 1;
        return this.refuse({ status: 413, because: `the body may have at most ${limit} bytes` });
      }
      // The chunk's memory is reused after this callback.
      chunks.push(Buffer.from(new Uint8Array(chunk)));
      if (isLast) complete(Buffer.concat(chunks));
    });
  }

  answer(method: string, response: inject.Response): void {
    this.finish(() => {
      const { res } = this;
      res.writeStatus(`${response.statusCode} ${response.statusMessage}`);
      for (const [name, value] of headersOf(response)) res.writeHeader(name, value);
      if (method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304) {
        res.end(response.rawPayload);
        return;
      }
      const length = method === 'HEAD' ? response.headers['content-length'] : undefined;
      if (length !== undefined) res.writeHeader('content-length', String(length));
      // With a length as its argument this waits for a body that never comes.
      res.endWithoutBody();
    });
  }

  refuse(refusal: Parameters<typeof answerRefusal>[1]): void {
    if (this.over) return;
    this.end();
    answerRefusal(this.res, refusal);
  }

  fail(): void {
    this.refuse({ status: 500, because: 'Internal server error' });
  }

  private finish(write: () => void): void {
    if (this.over) return;
    this.end();
    this.res.cork(write);
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }
}

/** The lines to copy into the answer; a header with several values is several lines. */
function headersOf(response: inject.Response): [string, string][] {
  return Object.entries(response.headers).flatMap(([name, value]) => {
    if (NOT_COPIED.has(name) || value === undefined) return [];
    return [value].flat().map((each): [string, string] => [name, String(each)]);
  });
}

function hasBody(headers: Readonly<Record<string, string>>): boolean {
  return headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
}

function joined(lines: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of lines) headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  return headers;
}
