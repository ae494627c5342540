import type { Distribution } from '../../model/distribution.js';

/** One value, with one text for each label of its family, in their order. */
export type Sample = readonly [value: number, ...labels: readonly string[]];

/**
 * Something a part of the node tells of itself to those who watch over it. Whoever has it counts in plain numbers as
 * things happen, and they are read only when somebody asks. `read` is quick, never throws, and its labels are from a set
 * that nobody outside can make larger: no ids, no texts of clients.
 */
export type MetricFamily = MetricValues | MetricDistribution;

interface Named {
  /** As Prometheus has it: `minim_…`, with `_total` behind counters and the unit behind the rest. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
}

export interface MetricValues extends Named {
  readonly kind: 'counter' | 'gauge';
  readonly labels: readonly string[];
  read(): Iterable<Sample>;
}

export interface MetricDistribution extends Named {
  readonly kind: 'histogram';
  readonly values: Distribution;
}

/** A family of one value. */
export function single(kind: 'counter' | 'gauge', name: string, help: string, read: () => number): MetricValues {
  return { kind, name, help, labels: [], read: () => [[read()]] };
}

/** A family with one label. */
export function labelled(
  kind: 'counter' | 'gauge',
  name: string,
  help: string,
  label: string,
  read: () => Iterable<readonly [name: string, value: number]>,
): MetricValues {
  return {
    kind,
    name,
    help,
    labels: [label],
    read: () => Array.from(read(), ([text, value]): Sample => [value, text]),
  };
}

export function distribution(name: string, help: string, values: Distribution): MetricDistribution {
  return { kind: 'histogram', name, help, values };
}
