import type { RequestListener, Server } from 'node:http';

/** What became of a text given to `Socket.send`. */
export type SendResult = 'sent' | 'buffered' | 'dropped';

/**
 * One open WebSocket. Until `SocketEvents.closed` has been called for it every method may be called; after it they do
 * nothing. Nothing here throws.
 */
export interface Socket<State> {
  /** What the owner keeps with the socket. Set in `opened`. */
  state: State | undefined;
  /** False from the moment that the socket closes or is closed. */
  readonly open: boolean;
  /** Bytes accepted by `send` that the network has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Sends one text frame. `buffered`: the network is slower than we are, it goes out later and `drained` follows.
   * `dropped`: more than `maxBufferedBytes` wait already, the text is gone.
   */
  send(text: string): SendResult;
  /** Everything sent inside `write` leaves in as few system calls as can be. */
  cork(write: () => void): void;
  /** Sends a WebSocket-level ping with at most 125 bytes in it; the answer comes as `ponged`. */
  ping(payload: string): void;
  /** From now on what is published for `topic` reaches this socket too, each text once however often this is called. */
  subscribe(topic: string): void;
  /** From now on it does not; what was published before still comes. */
  unsubscribe(topic: string): void;
  /** Begins the closing handshake, behind what is buffered. `closed` follows, now or later. */
  close(code: number, reason: string): void;
  /** Ends the connection now, without a word. */
  terminate(): void;
}

/** A WebSocket handshake that is well-formed by RFC 6455 and waits for a yes or a no. Dead after `upgrade` returned. */
export interface UpgradeRequest {
  /** The path as it came, not decoded. */
  readonly path: string;
  /** The query as it came, without the `?`. */
  readonly query: string;
  readonly remoteAddress: string;
  /** A header's value, or `''`; `name` in lower case. */
  header(name: string): string;
}

/** A handshake refused: an HTTP status and a sentence for the JSON body. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly because: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the owner of a transport does. Called one at a time; an exception closes that socket 1011 and is logged. */
export interface SocketEvents<Admission, State> {
  /** Decides at once, before anything is open. */
  upgrade(request: UpgradeRequest): { readonly admitted: Admission } | { readonly refused: UpgradeRefusal };
  opened(socket: Socket<State>, admission: Admission): void;
  /** `byteLength` is the size on the wire, uncompressed UTF-8. */
  text(socket: Socket<State>, text: string, byteLength: number): void;
  binary(socket: Socket<State>): void;
  /** A WebSocket-level ping came: the peer is alive. */
  heard(socket: Socket<State>): void;
  /** A WebSocket-level pong came, with what it answers, asked for or not. */
  ponged(socket: Socket<State>, payload: string): void;
  /** All that was buffered has gone out. */
  drained(socket: Socket<State>): void;
  /** Something sent or published did not fit into this socket's buffer, and is gone. */
  overflowed(socket: Socket<State>): void;
  /** Called once for every socket that was opened. `code` is 1006 when the peer said nothing. */
  closed(socket: Socket<State>, code: number): void;
}

export interface TransportCounters {
  /** Connections that are no WebSockets, or not yet. */
  connections: number;
  /** Connections beyond `maxConnections`. */
  connectionsCut: number;
  /** Sockets between `opened` and `closed`. */
  open: number;
  opened: number;
  /** Handshakes. */
  refused: number;
  framesIn: number;
  /** Frames beyond `maxFrameBytes`. */
  framesCut: number;
  framesOut: number;
  buffered: number;
  dropped: number;
  /** HTTP requests with a body beyond `maxBodyBytes`. */
  bodiesCut: number;
}

export interface TransportOptions {
  /** Connections beyond so many, WebSockets included, are closed as they come, without a word. */
  readonly maxConnections: number;
  readonly maxBufferedBytes: number;
  /** Larger text frames may be cut off with 1006. */
  readonly maxFrameBytes: number;
  /** Larger bodies of HTTP requests may be refused with 413 before the handler sees them. */
  readonly maxBodyBytes: number;
  /** A backstop: a socket that has received nothing for so long, closing ones included, is torn down. 8 to 960. */
  readonly goneAfterS: number;
  /** Told of every exception that an owner's callback let go, with the `state` of the socket, where there was one. */
  readonly onError: (error: unknown, where: string, state?: unknown) => void;
}

/**
 * Carries WebSockets and HTTP on one port. Guarantees, checked by one suite over every adapter: frames of one socket
 * come and go in order; a handshake that RFC 6455 forbids never reaches `upgrade`; `opened` and `closed` come in
 * pairs; whatever a peer sends, the process lives and other sockets notice nothing.
 */
export interface Transport {
  readonly name: 'uws' | 'ws';
  readonly counters: Readonly<TransportCounters>;
  /**
   * The HTTP server to hand to Fastify. It listens for WebSockets too, and its `close` ends those that are still open.
   * Call once.
   */
  createHttpServer(handler: RequestListener): Server;
  /** Call once, before the server listens. Without it every WebSocket handshake is refused with 404. */
  attach<Admission, State>(events: SocketEvents<Admission, State>): void;
  /**
   * Sends one text to every socket that is subscribed to `topic`: any well-formed text, taken letter by letter. A topic
   * is there as long as it has subscribers and costs nothing after. A socket gets what is published while it is
   * subscribed, of all its topics in the order in which it was published, and in the order of the calls with its own
   * `send`, `ping` and `close`. Once it is closed it is subscribed to nothing. May be called in every event.
   */
  publish(topic: string, text: string): void;
}
