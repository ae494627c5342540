import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import uWS from 'uWebSockets.js';
import { EventEmitter } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { judgeHandshake } from '../handshake.js';
import { Exchange, type ExchangeOptions } from './uws-exchange.js';
import { headerLines, queryOf, remoteAddress } from './uws-http.js';

/** Refuses a port that another process has; uWebSockets.js would share it silently (SO_REUSEPORT). */
const LISTEN_EXCLUSIVELY = 1;
/** How long requests under way may still take once the server closes. */
const FINISH_WITHIN_MS = 5_000;

interface ListenOptions {
  readonly port?: number;
  readonly host?: string;
}

type ListenWithOption = (
  host: string,
  port: number,
  option: number,
  listened: (listenSocket: us_listen_socket | false) => void,
) => void;

/**
 * Enough of `http.Server` on a uWebSockets.js app for Fastify, Nest and supertest: bodies are read whole before
 * the handler is asked, and answers are sent whole.
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
    private readonly options: ExchangeOptions,
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
    const exchange = new Exchange(res, this.options, () => {
      this.underWay -= 1;
    });
    this.underWay += 1;
    try {
      this.handle(exchange, res, req);
    } catch (error) {
      exchange.fail(error);
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
    const call = {
      method: req.getCaseSensitiveMethod(),
      url: query === '' ? req.getUrl() : `${req.getUrl()}?${query}`,
      headers,
      remoteAddress: remoteAddress(res),
    };
    if (!hasBody(headers)) return exchange.handle(this.handler, call, undefined);
    exchange.readBody((body) => exchange.handle(this.handler, call, body));
  }
}

function hasBody(headers: Readonly<Record<string, string>>): boolean {
  return headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
}

function joined(lines: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of lines) headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  return headers;
}
