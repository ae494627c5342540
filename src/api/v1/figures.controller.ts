import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { Clock } from '../../messaging/ports/clock.js';
import type { MetricFamily } from '../../messaging/ports/metrics.js';
import { ApiTags } from '../docs/described.js';
import { type FigureAnswer, FiguresAnswer } from './figures-dtos.js';
import { Operation } from './operation.js';

export const FIGURES = Symbol('Figures');

/** What a node counts. */
export interface FiguresParts {
  readonly families: readonly MetricFamily[];
  readonly clock: Clock;
}

/** Sessions are gone through for it: however many ask, not more often than this. */
const KEPT_MS = 1_000;

/** For pages and scripts of whoever runs the node, wherever its metrics for Prometheus are. */
@ApiTags('node')
@Controller('api/v1/node/figures')
export class FiguresController {
  private kept: { readonly until: number; readonly answer: FiguresAnswer } | undefined;
  private readonly since: number;

  constructor(@Inject(FIGURES) private readonly parts: FiguresParts) {
    this.since = parts.clock.now();
  }

  @Get()
  @Header('cache-control', 'no-store')
  @Operation({
    summary: 'What the node counts',
    description:
      'The `minim_…` of `/metrics` as JSON, at most a second old, of the node that answers. Counters and histograms count from `since` on: the difference of two answers tells what happened in between.',
    scope: 'admin',
    answers: { 200: { type: FiguresAnswer, description: 'All of it.' } },
  })
  nodeFigures(): FiguresAnswer {
    const { clock, families } = this.parts;
    const now = clock.monotonicMs();
    if (this.kept === undefined || this.kept.until <= now) {
      const answer = { since: this.since, at: clock.now(), figures: families.map(figureOf) };
      this.kept = { until: now + KEPT_MS, answer };
    }
    return this.kept.answer;
  }
}

function figureOf(family: MetricFamily): FigureAnswer {
  const { name, kind } = family;
  if (family.kind === 'histogram') {
    const { bounds, counts, sum } = family.values;
    return { name, kind, bounds, counts: [...counts], sum };
  }
  const values = Array.from(family.read(), ([value, ...texts]) => ({
    value,
    labels: Object.fromEntries(family.labels.map((label, at) => [label, texts[at] ?? ''])),
  }));
  return { name, kind, values };
}
