import { isObject } from '../shared/ask.js';

/** One look at what the node counts, as `GET /api/v1/node/figures` tells it. */
export interface Figures {
  /** Another one: the node was started anew, or another node answered. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly values: ReadonlyMap<string, readonly Value[]>;
  readonly histograms: ReadonlyMap<string, Histogram>;
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Record<string, unknown>>;
}

export interface Histogram {
  /** Rising, in seconds. */
  readonly bounds: readonly number[];
  /** One more than bounds: the last is above all. */
  readonly counts: readonly number[];
}

/** Nothing if it is not what it should be. */
export function figuresFrom(answer: unknown): Figures | undefined {
  if (!isObject(answer) || !Array.isArray(answer.figures)) return undefined;
  const { since, at } = answer;
  if (typeof since !== 'number' || typeof at !== 'number') return undefined;
  const values = new Map<string, readonly Value[]>();
  const histograms = new Map<string, Histogram>();
  for (const figure of answer.figures.filter(isObject)) {
    const { name, bounds, counts } = figure;
    if (typeof name !== 'string') continue;
    if (isNumbers(bounds) && isNumbers(counts)) histograms.set(name, { bounds, counts });
    else if (Array.isArray(figure.values)) values.set(name, figure.values.filter(isObject).flatMap(valueFrom));
  }
  return { since, at, values, histograms };
}

function valueFrom({ value, labels }: Readonly<Record<string, unknown>>): readonly Value[] {
  return typeof value === 'number' ? [{ value, labels: isObject(labels) ? labels : {} }] : [];
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

/** The sum of all of a name, or of those with these labels. */
export function total({ values }: Figures, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  let sum = 0;
  for (const { value, labels: has } of values.get(name) ?? []) {
    if (wanted.every(([label, text]) => has[label] === text)) sum += value;
  }
  return sum;
}

/** What lay where between two looks; nothing when something began anew in between. */
export function between(before: Histogram | undefined, after: Histogram | undefined): Histogram | undefined {
  if (before === undefined || after === undefined || before.counts.length !== after.counts.length) return undefined;
  const counts = after.counts.map((count, place) => count - (before.counts[place] ?? 0));
  return counts.some((count) => count < 0) ? undefined : { bounds: after.bounds, counts };
}

/**
 * The value that this share of all lies below, as Prometheus guesses it: evenly spread within a bucket, and the last
 * bound for what is above all. Nothing if there was nothing.
 */
export function quantile(share: number, { bounds, counts }: Histogram): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let below = 0;
  for (const [place, count] of counts.entries()) {
    if (count > 0 && below + count >= share * all) {
      const upper = bounds[place];
      if (upper === undefined) break;
      const lower = bounds[place - 1] ?? 0;
      return lower + ((upper - lower) * (share * all - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1);
}
