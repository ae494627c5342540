import { distribution, type MetricFamily } from '../messaging/ports/metrics.js';
import { Distribution, SECONDS } from '../model/distribution.js';

const EVERY_MS = 20;

/**
 * How late the event loop comes to what is due. All since the start is counted, so that whoever reads it, and however
 * many do, can tell what came in between; the quantiles of prom-client begin anew with each reader.
 */
export class EventLoopLag {
  readonly values = new Distribution(SECONDS);

  families(): readonly MetricFamily[] {
    const help = `How late the event loop came to a timer of ${EVERY_MS} ms.`;
    return [distribution('minim_event_loop_lag_seconds', help, this.values)];
  }

  /** From now on, until what it gives is called. */
  start(monotonicMs: () => number): () => void {
    let due = monotonicMs() + EVERY_MS;
    const timer = setInterval(() => {
      const now = monotonicMs();
      this.values.add(Math.max(0, now - due) / 1_000);
      due = now + EVERY_MS;
    }, EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }
}
