import { Counter, collectDefaultMetrics, Gauge, type MetricType, Registry } from 'prom-client';
import type { MetricDistribution, MetricFamily, MetricValues } from '../../messaging/ports/metrics.js';

/** What the node tells of itself, in the text format of Prometheus. prom-client has no other importer. */
export class Exposition {
  readonly contentType: string;
  private readonly registry = new Registry();

  constructor(families: readonly MetricFamily[]) {
    this.contentType = this.registry.contentType;
    for (const family of families) {
      if (family.kind === 'histogram') this.registry.registerMetric(new ReadHistogram(family));
      else if (family.kind === 'counter') this.addCounter(family);
      else this.addGauge(family);
    }
    // The process, its memory, its event loop and its garbage collections, under the names of everybody's dashboards.
    collectDefaultMetrics({ register: this.registry });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** prom-client's own counters are raised one by one; ours have been counted already. */
  private addCounter({ name, help, labels, read }: MetricValues): void {
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, ...texts] of read()) {
          if (labels.length === 0) this.inc(value);
          else this.labels(...texts).inc(value);
        }
      },
    });
  }

  private addGauge({ name, help, labels, read }: MetricValues): void {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect() {
        for (const [value, ...texts] of read()) {
          if (labels.length === 0) this.set(value);
          else this.labels(...texts).set(value);
        }
      },
    });
  }
}

/** The declaration has numbers for it; the package itself has this text. */
const HISTOGRAM = 'histogram' as unknown as MetricType;

/** prom-client's own histogram can't be told of values that are in their places already; so only its form is used. */
class ReadHistogram extends Gauge {
  constructor(private readonly family: MetricDistribution) {
    super({ name: family.name, help: family.help, registers: [] });
  }

  override async get() {
    const { name, help, values } = this.family;
    let below = 0;
    const buckets = [...values.bounds, '+Inf'].map((le, place) => {
      below += values.counts[place] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le }, value: below };
    });
    const sum = { metricName: `${name}_sum`, labels: {}, value: values.sum };
    const count = { metricName: `${name}_count`, labels: {}, value: below };
    return { ...(await super.get()), name, help, type: HISTOGRAM, values: [...buckets, sum, count] };
  }
}
