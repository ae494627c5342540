import { between, type Figures, quantile, total } from './figures.js';

/** How long a point is shown. */
export const KEPT_MS = 5 * 60_000;
/** Points further apart have nothing between them: nobody looked. */
export const GAP_MS = 8_000;

/** What the charts show of one moment; nothing where nothing happened that could be measured. */
export interface Point {
  readonly at: number;
  readonly sessions: number;
  readonly users: number;
  /** A second. */
  readonly came: number | undefined;
  readonly went: number | undefined;
  /** Seconds. */
  readonly ack: number | undefined;
  readonly delivery: number | undefined;
  readonly lag: number | undefined;
  readonly writes: number;
  readonly reads: number;
  readonly hooks: number;
}

/** Writes that are messages, to whomever. */
const SENDS = ['message', 'broadcast', 'room'];

/** The last minutes, point by point. */
export class History {
  #points: Point[] = [];
  #last: Figures | undefined;

  get points(): readonly Point[] {
    return this.#points;
  }

  get latest(): Point | undefined {
    return this.#points.at(-1);
  }

  add(figures: Figures): void {
    // The same answer may come twice, and one that is older after a newer one.
    if (this.#last !== undefined && this.#last.since === figures.since && figures.at <= this.#last.at) return;
    const before = this.#last?.since === figures.since ? this.#last : undefined;
    this.#last = figures;
    this.#points = [
      ...this.#points.filter(({ at }) => at > figures.at - KEPT_MS && at < figures.at),
      pointOf(figures, before),
    ];
  }
}

function pointOf(figures: Figures, before: Figures | undefined): Point {
  const rate = (name: string, labels?: Readonly<Record<string, string>>) => {
    if (before === undefined) return undefined;
    const more = total(figures, name, labels) - total(before, name, labels);
    return more < 0 ? undefined : (more * 1_000) / (figures.at - before.at);
  };
  const p99 = (name: string) => {
    const meanwhile = between(before?.histograms.get(name), figures.histograms.get(name));
    return meanwhile && quantile(0.99, meanwhile);
  };
  return {
    at: figures.at,
    sessions: total(figures, 'minim_sessions'),
    users: total(figures, 'minim_users'),
    came: sumOf(SENDS.map((kind) => rate('minim_store_writes_total', { kind, outcome: 'stored' }))),
    went: rate('minim_frames_sent_total', { type: 'message' }),
    ack: p99('minim_ack_seconds'),
    delivery: p99('minim_delivery_seconds'),
    lag: p99('minim_event_loop_lag_seconds'),
    writes: total(figures, 'minim_store_queued_writes'),
    reads: total(figures, 'minim_store_queued_reads'),
    hooks: total(figures, 'minim_hooks_queued'),
  };
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0);
}
