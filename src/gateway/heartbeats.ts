import type { Clock } from '../messaging/ports/clock.js';
import { CLOSE } from '../protocol/codes.js';
import { PLAIN_PONG } from '../protocol/encode.js';
import { SERVER_HEARTBEAT_MS, SLOW_FOR_MS, TOKEN_WARNING_MS } from '../protocol/limits.js';
import type { Outflow } from './outflow.js';
import type { Session } from './session.js';
import type { SessionPool } from './session-pool.js';

const TICK_MS = 1_000;
const SERVER_HEARTBEAT_TICKS = SERVER_HEARTBEAT_MS / TICK_MS;
const SLOW_FOR_TICKS = SLOW_FOR_MS / TICK_MS;

/**
 * Looks at every session once a second: asks silent ones for a sign of life, closes those that give none [MP-5.2] and
 * those whose token has run out [MP-1.21], and sends the pongs that `heartbeat=server` asked for [MP-1.7]. It counts its own ticks and not the clock's, so a node
 * that was suspended does not take everyone for silent when it wakes.
 */
export class Heartbeats {
  private ticks = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: SessionPool<Session>,
    private readonly outflow: Outflow,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly idleTimeoutS: number,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One second has gone by. */
  tick(): void {
    this.ticks += 1;
    for (const session of this.pool.all()) this.look(session);
  }

  private look(session: Session): void {
    if (session.heard) {
      session.heard = false;
      session.heardAt = this.ticks;
    }
    if (session.written) {
      session.written = false;
      session.writtenAt = this.ticks;
    }
    const silentFor = this.ticks - session.heardAt;
    if (silentFor >= this.idleTimeoutS) return session.close(CLOSE.silent);
    if (silentFor === Math.floor(this.idleTimeoutS / 2)) session.probe();
    if (session.serverHeartbeat && this.ticks - session.writtenAt >= SERVER_HEARTBEAT_TICKS) session.send(PLAIN_PONG);
    if (session.identity !== undefined) this.lookAtToken(session, session.identity.expiresAt);
    const slowFor = session.inbox?.tick() ?? 0;
    if (slowFor >= SLOW_FOR_TICKS) return this.outflow.closeSlow(session, 'slow_reader');
    this.outflow.closeIfSlow(session);
  }

  /** [MP-1.21] */
  private lookAtToken(session: Session, expiresAt: number): void {
    const leftMs = expiresAt - this.clock.now();
    if (leftMs <= 0) return session.close(CLOSE.expired);
    if (leftMs > TOKEN_WARNING_MS || session.isWarned) return;
    session.isWarned = true;
    const seconds = Math.ceil(leftMs / 1_000);
    session.refuse('token_expiring', `the token runs out in ${seconds} s; expected a token frame before that`);
  }
}
