import { type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { judgeHandshake } from '../handshake.js';
import type { TransportCounters, UpgradeRefusal } from '../transport.js';
import { answerRefusal, asksForWebSocket, headerLines, headWithout } from './ws-http.js';

interface Owner {
  readonly onRequest: RequestListener;
  /** A handshake that is sound by RFC 6455, with the bytes that came behind it. */
  readonly onHandshake: (request: IncomingMessage, connection: Connection, head: Buffer) => UpgradeRefusal | undefined;
  readonly maxConnections: number;
  readonly counters: Pick<TransportCounters, 'connections' | 'connectionsCut' | 'refused'>;
  readonly onError: (error: unknown, where: string) => void;
  /** The server closes; it would wait for sockets that are still open. */
  readonly endSockets: () => void;
}

/** Who has not said what it wants after this long is cut off, about as soon as uWebSockets.js does. Node waits a minute. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Node's HTTP server, with the promises of `Transport` where Node's own are others. */
export class WsHttpServer extends Server {
  /** Connections that have not said anything yet; Node would wait for them, too. */
  private readonly untouched = new Set<Connection>();

  /** Connections that are no WebSockets, or not yet. */
  private readonly plain = new Set<Connection>();

  constructor(private readonly owner: Owner) {
    super(PATIENCE);
    this.maxConnections = owner.maxConnections;
    this.on('drop', () => {
      owner.counters.connectionsCut += 1;
    });
    this.on('connection', (connection) => {
      this.untouched.add(connection);
      this.plain.add(connection);
      this.count();
      connection.once('close', () => {
        this.untouched.delete(connection);
        this.plain.delete(connection);
        this.count();
      });
    });
    this.on('request', (request, response) => {
      this.untouched.delete(request.socket);
      // A connection that becomes idle after the server has closed is of no more use.
      response.once('close', () => {
        if (!this.listening) this.closeIdleConnections();
      });
      this.attempt('http', response, () => this.receive(request, response));
    });
    this.on('upgrade', (request, connection: Connection, head) => {
      this.untouched.delete(connection);
      connection.on('error', () => connection.destroy());
      this.attempt('upgrade', connection, () => this.upgrade(request, connection, head));
    });
  }

  override close(closed?: (error?: Error) => void): this {
    this.owner.endSockets();
    for (const connection of this.untouched) connection.destroy();
    return super.close(closed);
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    // Node takes a handshake without `Connection: Upgrade` for a plain request.
    const fault = asksForWebSocket(request) ? judgeHandshake(request.method ?? '', headerLines(request)) : undefined;
    if (fault !== undefined) return this.refuse(response, fault);
    this.owner.onRequest(request, response);
  }

  private upgrade(request: IncomingMessage, connection: Connection, head: Buffer): void {
    if (!asksForWebSocket(request)) return this.takeAsPlain(request, connection, head);
    const fault =
      judgeHandshake(request.method ?? '', headerLines(request)) ?? this.owner.onHandshake(request, connection, head);
    if (fault !== undefined) return this.refuse(connection, fault);
    this.plain.delete(connection);
    this.count();
  }

  private count(): void {
    this.owner.counters.connections = this.plain.size;
  }

  /** Node stops reading HTTP at any `Upgrade`, h2c too; so the request comes once more, without its offer. */
  private takeAsPlain(request: IncomingMessage, connection: Connection, head: Buffer): void {
    connection.unshift(Buffer.concat([headWithout(request, 'upgrade'), head]));
    this.emit('connection', connection);
  }

  private refuse(to: ServerResponse | Connection, refusal: UpgradeRefusal): void {
    this.owner.counters.refused += 1;
    answerRefusal(to, refusal);
  }

  private attempt(where: string, answerTo: ServerResponse | Connection, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.owner.onError(error, where);
      answerRefusal(answerTo, { status: 500, because: 'Internal server error' });
    }
  }
}
