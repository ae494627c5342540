import type { WebSocketAdapter } from '@nestjs/common';
import type { Log } from '../messaging/ports/log.js';
import type { Trace } from '../messaging/trace/trace.js';
import { CLOSE } from '../protocol/codes.js';
import type { Admissions } from './admissions.js';
import type { ConnectRequest } from './connect-request.js';
import type { Door } from './door.js';
import type { Draining } from './draining.js';
import type { FrameDispatcher } from './frames/frame-dispatcher.js';
import type { GatewayCounts } from './gateway-counts.js';
import type { Heartbeats } from './heartbeats.js';
import type { Session } from './session.js';
import type { SessionFactory } from './session-factory.js';
import type { Socket, SocketEvents, Transport, UpgradeRequest } from './transport/transport.js';

/** The limits and the size of this node: whoever runs it may want to raise them. */
const NO_ROOM: ReadonlySet<number> = new Set([429, 503]);

interface Parts {
  readonly transport: Transport;
  readonly admissions: Admissions;
  readonly factory: SessionFactory;
  readonly dispatcher: FrameDispatcher;
  readonly heartbeats: Heartbeats;
  readonly counts: GatewayCounts;
  readonly draining: Draining;
  readonly log: Log;
  /** Present where sessions have to show who they are. */
  readonly door: Door | undefined;
  readonly trace: Trace;
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
    const { transport, dispatcher, factory, heartbeats, counts, draining, door, trace } = this.parts;
    const events: SocketEvents<ConnectRequest, Session> = {
      upgrade: (request) => this.judge(request),
      opened: (socket, request) => this.opened(socket, factory.make(socket, request), request),
      text: ({ state }, text, byteLength) => {
        if (state === undefined || draining.isUnderWay || (state.isOpening && door?.take(state, text))) return;
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
      drained: ({ state }) => {
        if (state !== undefined) trace.drained(state);
        state?.inbox?.drained();
      },
      overflowed: ({ state }) => state?.overflowed(),
      closed: ({ state }, code) => {
        if (state === undefined) return;
        if (!state.closing) counts.departed(code);
        this.closed(state, code);
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

  /** Refuses newcomers, sends every session away, and waits until they have gone [MP-6.4]. */
  async close(): Promise<void> {
    const { admissions, heartbeats, draining } = this.parts;
    admissions.close();
    heartbeats.stop();
    await draining.run();
  }

  async dispose(): Promise<void> {}

  private judge(request: UpgradeRequest): ReturnType<Admissions['judge']> {
    const { admissions, log } = this.parts;
    const verdict = admissions.judge(request);
    if ('refused' in verdict) {
      const { status, because } = verdict.refused;
      const remoteAddress = admissions.addressOf(request);
      // What is wrong with a request says what came, and that may be anything.
      if (NO_ROOM.has(status)) log.warn({ status, because, remoteAddress }, 'handshake refused');
      else log.debug({ status, remoteAddress }, 'handshake refused');
    }
    return verdict;
  }

  private opened(socket: Socket<Session>, session: Session, request: ConnectRequest): void {
    const { door, log, trace } = this.parts;
    const { id: sessionId, userId, device, full, remoteAddress } = session;
    log.debug({ sessionId, userId, device, full, remoteAddress }, 'session opened');
    const admit = () => {
      trace.opened(session);
      this.onConnection?.(session);
    };
    socket.state = session;
    this.parts.admissions.entered(remoteAddress);
    if (door === undefined) admit();
    else door.enter(session, request.credential, admit);
  }

  private closed(session: Session, code: number): void {
    const { door, trace } = this.parts;
    session.end();
    trace.closed(session, code, door === undefined || session.identity !== undefined);
    this.parts.admissions.left(session.remoteAddress);
    this.parts.log.debug({ sessionId: session.id, userId: session.userId, code }, 'session closed');
  }
}
