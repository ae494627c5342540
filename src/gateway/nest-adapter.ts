import type { WebSocketAdapter } from '@nestjs/common';
import { CLOSE } from '../protocol/codes.js';
import type { Admissions } from './admissions.js';
import type { ConnectRequest } from './connect-request.js';
import type { Door } from './door.js';
import type { FrameDispatcher } from './frames/frame-dispatcher.js';
import type { GatewayCounts } from './gateway-counts.js';
import type { Heartbeats } from './heartbeats.js';
import type { Session } from './session.js';
import type { SessionFactory } from './session-factory.js';
import type { SessionPool } from './session-pool.js';
import type { Socket, SocketEvents, Transport } from './transport/transport.js';

/** How long sessions that were told to go may take over their closing handshake. */
const CLOSE_WITHIN_MS = 2_000;

interface Parts {
  readonly transport: Transport;
  readonly admissions: Admissions;
  readonly factory: SessionFactory;
  readonly dispatcher: FrameDispatcher;
  readonly pool: SessionPool<Session>;
  readonly heartbeats: Heartbeats;
  readonly counts: GatewayCounts;
  /** Present where sessions have to show who they are. */
  readonly door: Door | undefined;
}

/**
 * Between Nest and the transport: Nest's gateway hears of sessions that open and close; their frames go straight to the
 * dispatcher, because Nest's own way binds every handler anew for each connection and costs many times more a frame.
 */
export class NestAdapter implements WebSocketAdapter<NestAdapter, Session> {
  private onConnection: ((session: Session) => void) | undefined;

  constructor(private readonly parts: Parts) {}

  /** Nest asks once for each gateway's port and path; there is one gateway, and its port is the HTTP server's. */
  create(): NestAdapter {
    const { transport, admissions, dispatcher, factory, heartbeats, counts, door } = this.parts;
    const events: SocketEvents<ConnectRequest, Session> = {
      upgrade: (request) => admissions.judge(request),
      opened: (socket, request) => this.opened(socket, factory.make(socket, request), request),
      text: ({ state }, text, byteLength) => {
        if (state === undefined || (state.isOpening && door?.take(state, text))) return;
        dispatcher.receive(state, text, byteLength);
      },
      binary: ({ state }) => state?.close(CLOSE.binary),
      heard: ({ state }) => {
        if (state !== undefined) state.heard = true;
      },
      ponged: ({ state }, payload) => {
        if (state === undefined) return;
        state.heard = true;
        state.inbox?.ponged(payload);
      },
      drained: ({ state }) => state?.inbox?.drained(),
      overflowed: ({ state }) => state?.overflowed(),
      closed: ({ state }, code) => {
        if (state === undefined) return;
        if (!state.closing) counts.departed(code);
        state.end();
        admissions.left(state.remoteAddress);
      },
    };
    transport.attach(events);
    heartbeats.start();
    return this;
  }

  bindClientConnect(_server: NestAdapter, onConnection: (session: Session) => void): void {
    this.onConnection = onConnection;
  }

  bindClientDisconnect(session: Session, onDisconnect: () => void): void {
    if (session.closing) onDisconnect();
    else session.onClosing = onDisconnect;
  }

  /** The dispatcher has the handlers. */
  bindMessageHandlers(): void {}

  /** Refuses newcomers, tells every session to come back later, and waits until they have gone [MP-6.2]. */
  async close(): Promise<void> {
    const { admissions, door, heartbeats, pool, transport } = this.parts;
    admissions.close();
    heartbeats.stop();
    for (const session of [...pool.all(), ...(door?.waiting() ?? [])]) session.close(CLOSE.restart);
    const deadline = performance.now() + CLOSE_WITHIN_MS;
    while (transport.counters.open > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async dispose(): Promise<void> {}

  private opened(socket: Socket<Session>, session: Session, request: ConnectRequest): void {
    const { door } = this.parts;
    const admit = () => this.onConnection?.(session);
    socket.state = session;
    this.parts.admissions.entered(session.remoteAddress);
    if (door === undefined) admit();
    else door.enter(session, request.credential, admit);
  }
}
