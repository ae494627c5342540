import type { Clock } from '../../messaging/ports/clock.js';

/** A monotonic clock that is read once an event-loop turn: what comes in one turn came at one time. */
export class TurnClock {
  private nowMs = Number.NaN;
  private isRead = false;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  monotonicMs(): number {
    if (!this.isRead) this.read();
    return this.nowMs;
  }

  private read(): void {
    this.nowMs = this.clock.monotonicMs();
    this.isRead = true;
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.isRead = false;
  };
}
