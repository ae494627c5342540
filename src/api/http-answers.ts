import { STATUS_CODES } from 'node:http';
import { labelled, type MetricFamily } from '../messaging/ports/metrics.js';

/** How many HTTP requests were answered, by status. */
export class HttpAnswers {
  private readonly counts = new Map<number, number>();

  note(status: number): void {
    if (status in STATUS_CODES) this.counts.set(status, this.of(status) + 1);
  }

  of(status: number): number {
    return this.counts.get(status) ?? 0;
  }

  families(): readonly MetricFamily[] {
    return [
      labelled('counter', 'minim_http_answers_total', 'HTTP requests that were answered, by status.', 'status', () =>
        Array.from(this.counts, ([status, count]) => [String(status), count] as const),
      ),
    ];
  }
}
