import type { Provider } from '@nestjs/common';
import { HttpAnswers } from '../api/http-answers.js';
import { METRICS, type MetricsParts } from '../api/metrics.controller.js';
import { READINESS, type Readiness } from '../api/readiness.js';
import { FIGURES, type FiguresParts } from '../api/v1/figures.controller.js';
import type { Config } from '../config/config.js';
import { Draining } from '../gateway/draining.js';
import { gatewayMetrics } from '../gateway/gateway-metrics.js';
import { Heartbeats } from '../gateway/heartbeats.js';
import { sessionMetrics } from '../gateway/session-metrics.js';
import type { InboxPolls } from '../messaging/inbox-polls.js';
import type { StoreHealth } from '../messaging/ports/message-store.js';
import { limitMetrics } from '../node-metrics.js';
import { EventLoopLag } from '../ops/event-loop-lag.js';
import { Health } from '../ops/health.js';
import { Exposition } from '../ops/metrics/exposition.js';
import { Probes } from '../ops/probes.js';
import type { Entrance } from './entrance.js';
import type { Ground } from './ground.js';
import type { NodeParts } from './node-parts.js';
import type { People } from './people.js';
import type { Sending } from './sending.js';

interface Watched {
  readonly ground: Ground;
  readonly entrance: Entrance;
  readonly people: People;
  readonly sending: Sending;
  readonly polls: InboxPolls;
}

/** How an operator sees that all is well, and how a node goes. */
export function watchOver(config: Config, parts: NodeParts, { ground, entrance, people, sending, polls }: Watched) {
  const { transport, store, storeWatch, log, faults } = parts;
  const { clock, nodeId, writes, bus, pool, outflow, counts, latencies } = ground;
  const { admissions, door, limits, callers } = entrance;
  const { hooks } = people;
  const { rates, checkCounts } = sending;
  const waiting = () => door?.waiting() ?? [];
  const probes = new Probes(nodeId, writes, bus, clock);
  const health = new Health(
    {
      sessions: admissions.state,
      store: () => describeHealth(store.health()) ?? probes.storeState(),
      bus: probes.busState,
    },
    clock,
  );
  const readiness: Readiness = { auth: config.authMode, parts: health.look, since: health.since };
  const draining = new Draining({
    sessions: () => [...pool.all(), ...waiting()],
    sockets: () => transport.counters.open,
    writes,
    outflow,
    spreadMs: config.drainS * 1_000,
    log,
  });
  const answers = new HttpAnswers();
  const lag = new EventLoopLag();
  const families = [
    ...sessionMetrics({ pool, waiting }),
    ...gatewayMetrics({ counts, latencies, transport: transport.counters }),
    ...limitMetrics({
      counts,
      transport: transport.counters,
      connects: limits,
      door,
      callers,
      keys: rates,
      answers,
      store: storeWatch,
      hooks: hooks.counts,
      checks: checkCounts,
    }),
    ...storeWatch.families(),
    ...bus.families(),
    ...hooks.counts.families(),
    ...checkCounts.families(),
    ...answers.families(),
    ...polls.families(),
    ...faults.families(),
    ...lag.families(),
  ];
  const exposition = new Exposition(families);
  const figures: FiguresParts = { families, clock };
  const metrics: MetricsParts = { text: () => exposition.text(), readers: readersOf(config) };

  const providers: Provider[] = [
    { provide: Probes, useValue: probes },
    { provide: Health, useValue: health },
    { provide: READINESS, useValue: readiness },
    { provide: Draining, useValue: draining },
    { provide: Heartbeats, useValue: new Heartbeats(pool, outflow, clock, config.idleTimeoutS) },
    { provide: HttpAnswers, useValue: answers },
    { provide: Exposition, useValue: exposition },
    { provide: EventLoopLag, useValue: lag },
    { provide: FIGURES, useValue: figures },
    { provide: METRICS, useValue: metrics },
  ];
  return { providers };
}

function readersOf({ metricsPort, authMode }: Config): MetricsParts['readers'] {
  if (metricsPort > 0) return 'nobody here';
  return authMode === 'open' ? 'everyone' : 'keys';
}

function describeHealth(health: StoreHealth): string | undefined {
  return health.state === 'ok' ? undefined : health.reason;
}
