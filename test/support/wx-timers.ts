import type { Clock } from '../../mini-program-client/src/hosts/clock.js';

interface Timer {
  readonly due: number;
  readonly run: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** `setTimeout` of a phone: it stands still while the app is suspended, and what was due meanwhile runs on waking. */
export class PhoneTimers {
  private readonly timers = new Set<Timer>();
  private suspended = false;

  readonly setTimeout = (run: () => void, ms = 0): unknown => {
    const timer: Timer = { due: Date.now() + ms, run, handle: undefined };
    this.timers.add(timer);
    if (!this.suspended) this.start(timer);
    return timer;
  };

  readonly clearTimeout = (handle: unknown): void => {
    for (const timer of this.timers) if (timer === handle) this.drop(timer);
  };

  /** The same as a client's clock. */
  readonly clock: Clock = {
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = this.setTimeout(run, ms);
      return () => this.clearTimeout(timer);
    },
  };

  get running(): number {
    return this.timers.size;
  }

  suspend(): void {
    this.suspended = true;
    for (const { handle } of this.timers) clearTimeout(handle);
  }

  /** What was due meanwhile runs before anything else does. */
  wake(): void {
    this.suspended = false;
    for (const timer of [...this.timers].sort((one, other) => one.due - other.due)) {
      if (timer.due > Date.now()) this.start(timer);
      else if (this.timers.has(timer)) this.fire(timer);
    }
  }

  stop(): void {
    for (const timer of this.timers) this.drop(timer);
  }

  private start(timer: Timer): void {
    timer.handle = setTimeout(() => this.fire(timer), timer.due - Date.now());
  }

  private fire(timer: Timer): void {
    this.drop(timer);
    timer.run();
  }

  private drop(timer: Timer): void {
    clearTimeout(timer.handle);
    this.timers.delete(timer);
  }
}
