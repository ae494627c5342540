import type { Clock } from '../../mini-program-client/src/hosts/clock.js';

interface Timer {
  due: number;
  /** Of a timer that runs again and again; null of others. */
  readonly everyMs: number | null;
  readonly run: () => void;
  handle: ReturnType<typeof setTimeout> | undefined;
}

/** `setTimeout` of a phone: it stands still while the app is suspended, and what was due meanwhile runs on waking. */
export class PhoneTimers {
  private readonly timers = new Map<number, Timer>();
  private suspended = false;
  private made = 0;

  readonly setTimeout = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): number => {
    return this.add({ due: Date.now() + ms, everyMs: null, run: () => run(...values), handle: undefined });
  };

  readonly setInterval = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): number => {
    return this.add({ due: Date.now() + ms, everyMs: ms, run: () => run(...values), handle: undefined });
  };

  readonly clearTimeout = (handle: unknown): void => {
    if (typeof handle === 'number') this.drop(handle);
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
    for (const { handle } of this.timers.values()) clearTimeout(handle);
  }

  /** What was due meanwhile runs before anything else does. */
  wake(): void {
    this.suspended = false;
    for (const [id, timer] of [...this.timers].sort(([, one], [, other]) => one.due - other.due)) {
      if (timer.due > Date.now()) this.start(id, timer);
      else if (this.timers.has(id)) this.fire(id, timer);
    }
  }

  stop(): void {
    for (const id of this.timers.keys()) this.drop(id);
  }

  private add(timer: Timer): number {
    this.made += 1;
    this.timers.set(this.made, timer);
    if (!this.suspended) this.start(this.made, timer);
    return this.made;
  }

  private start(id: number, timer: Timer): void {
    timer.handle = setTimeout(() => this.fire(id, timer), timer.due - Date.now());
  }

  private fire(id: number, timer: Timer): void {
    if (timer.everyMs === null) this.drop(id);
    else {
      timer.due = Date.now() + timer.everyMs;
      this.start(id, timer);
    }
    timer.run();
  }

  private drop(id: number): void {
    clearTimeout(this.timers.get(id)?.handle);
    this.timers.delete(id);
  }
}
