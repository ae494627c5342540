import type { Clock } from '../../mini-program-client/src/hosts/clock.js';

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until the test moves it. */
export class ManualClock implements Clock {
  private time = 0;
  private alarms: Alarm[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const alarm = { at: this.time + ms, run };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }

  /** How many timers are running. */
  get running(): number {
    return this.alarms.length;
  }

  /** Milliseconds until the next timer runs out; null when none is running. */
  get nextIn(): number | null {
    const next = this.earliest();
    return next ? next.at - this.time : null;
  }

  /** Lets `ms` milliseconds go by; timers run out at their time, also those that were started on the way. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let alarm = this.earliest(); alarm && alarm.at <= end; alarm = this.earliest()) {
      this.time = Math.max(this.time, alarm.at);
      const due = alarm;
      this.alarms = this.alarms.filter((other) => other !== due);
      due.run();
    }
    this.time = end;
  }

  private earliest(): Alarm | undefined {
    return this.alarms.reduce<Alarm | undefined>(
      (best, alarm) => (best && best.at <= alarm.at ? best : alarm),
      undefined,
    );
  }
}
