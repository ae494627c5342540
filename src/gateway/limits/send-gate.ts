import type { Clock } from '../../messaging/ports/clock.js';
import type { UserId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import { CLOSE } from '../../protocol/codes.js';
import { BUSY_HOLD_MS, HOLD_TURN_MS } from '../../protocol/limits.js';
import type { SendHold, Session } from '../session.js';
import { type SendLimits, SendRates } from './send-rates.js';

/** Refusals that follow one another more closely than this are one flood. */
const FLOOD_PAUSE_MS = 2_000;
/** A flood that goes on for so long in spite of `rate_limited` ends the session [MP-2.26]. */
const FLOOD_ENDS_MS = 10_000;

/** What the sender of a message is told that was not stored. */
export const BUSY = 'the message was not stored; expected to be sent again, with all that was sent after it';

/** Decides on every send and question of a session before anything is done: the hold [MP-3.7] and the rates [MP-2.26]. */
export class SendGate {
  /** Absent where nothing is limited. */
  private readonly rates: SendRates | undefined;

  constructor(
    private readonly limits: SendLimits,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    if (limits.framesPerS + limits.bytesPerS > 0) this.rates = new SendRates(limits);
  }

  /** Throws a `Refusal` when it may not pass. */
  pass(session: Session, isSend: boolean, id: unknown, byteLength: number): void {
    if (isSend && session.hold !== undefined) this.checkHold(session, session.hold, id);
    if (this.rates === undefined) return;
    const now = this.clock.monotonicMs();
    const { userId } = session;
    if (this.rates.take(userId, byteLength, now)) return;
    throw this.limited(session, isSend, id, this.rates, now);
  }

  /** The same for what a user sends or asks without a session: throws a `Refusal` when it is too much. */
  passUser(userId: UserId, byteLength: number): void {
    if (this.rates === undefined) return;
    const now = this.clock.monotonicMs();
    if (this.rates.take(userId, byteLength, now)) return;
    throw new Refusal('rate_limited', this.describe(), this.rates.fullAfterMs(userId, now));
  }

  /**
   * A send of this session was not stored: what follows it has to wait. Returns for how many milliseconds. `isBehind`: others
   * that came before it are still to be stored.
   */
  holdBusy(session: Session, id: string | undefined, isBehind = false): number {
    const { hold } = session;
    // What was refused for its rate came after everything that was handed over.
    const isLater = hold?.code === 'busy' && (isBehind || !hold.isBehind);
    const firstId = isLater ? (hold.firstId ?? id) : id;
    const untilMs = Math.max(hold?.untilMs ?? 0, this.clock.monotonicMs() + BUSY_HOLD_MS);
    session.hold = { code: 'busy', because: BUSY, firstId, untilMs, isBehind: isBehind && (hold?.isBehind ?? true) };
    return BUSY_HOLD_MS;
  }

  /**
   * Refuses while the hold lasts. After it the first one that was refused has to come first, because what was sent after
   * it may still be on its way and must not overtake it; but not for ever, if the client has given it up.
   */
  private checkHold(session: Session, { code, because, firstId, untilMs }: SendHold, id: unknown): void {
    const now = this.clock.monotonicMs();
    const waitMs = Math.ceil(untilMs - now);
    if (waitMs > 0 || (firstId !== undefined && id !== firstId && waitMs > -HOLD_TURN_MS)) {
      if (code === 'rate_limited') this.noteFlood(session, now);
      throw new Refusal(code, because, waitMs > 0 ? waitMs : BUSY_HOLD_MS);
    }
    session.hold = undefined;
  }

  private limited(session: Session, isSend: boolean, id: unknown, rates: SendRates, now: number): Refusal {
    const because = this.describe();
    const waitMs = rates.fullAfterMs(session.userId, now);
    this.noteFlood(session, now);
    if (isSend) {
      const firstId = typeof id === 'string' ? id : undefined;
      session.hold = { code: 'rate_limited', because, firstId, untilMs: now + waitMs, isBehind: true };
    }
    return new Refusal('rate_limited', because, waitMs, rates.spent(session.userId, now));
  }

  /** A client that goes on as if it had been told nothing is closed. */
  private noteFlood(session: Session, now: number): void {
    const { flood } = session;
    if (flood === undefined || now - flood.lastMs > FLOOD_PAUSE_MS) session.flood = { sinceMs: now, lastMs: now };
    else flood.lastMs = now;
    if (flood !== undefined && now - (session.flood?.sinceMs ?? now) > FLOOD_ENDS_MS) session.close(CLOSE.tooFast);
  }

  private describe(): string {
    const { framesPerS, framesBurst, bytesPerS } = this.limits;
    const frames = framesPerS > 0 ? [`${framesPerS} sends a second and ${framesBurst} at once`] : [];
    const bytes = bytesPerS > 0 ? [`${bytesPerS} bytes a second`] : [];
    return `expected at most ${[...frames, ...bytes].join(', and ')}; send again, with all that was sent after it`;
  }
}
