import type { Clock } from '../../src/messaging/ports/clock.js';

/** Time that passes when it is told to; it begins at 0. */
export class HandClock implements Clock {
  private ms = 0;
  private calls: { readonly dueMs: number; readonly call: () => void }[] = [];

  readonly now = (): number => this.ms;
  readonly monotonicMs = (): number => this.ms;

  /** Timers that have not run out. */
  get waiting(): number {
    return this.calls.length;
  }

  readonly later = (afterMs: number, call: () => void): void => {
    this.calls.push({ dueMs: this.ms + afterMs, call });
  };

  /** Everything that is due meanwhile happens in its order. */
  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const next = this.calls.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > end) break;
      this.calls = this.calls.filter((each) => each !== next);
      this.ms = Math.max(this.ms, next.dueMs);
      next.call();
    }
    this.ms = end;
  }
}
