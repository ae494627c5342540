import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AUTH_PARTS, type AuthParts } from './api/auth-parts.js';
import { Callers } from './api/callers.js';
import { API_CONTROLLERS } from './api/controllers.js';
import { HttpAnswers } from './api/http-answers.js';
import { Logins } from './api/logins.js';
import { METRICS, type MetricsParts } from './api/metrics.controller.js';
import { READINESS, type Readiness } from './api/readiness.js';
import { TokenLogins } from './api/token-logins.js';
import { KeyGuard } from './api/v1/key-guard.js';
import { KeyRates } from './api/v1/key-rates.js';
import { Sends } from './api/v1/sends.js';
import { SESSIONS } from './api/v1/sessions.controller.js';
import { USER_RATES } from './api/v1/user-guard.js';
import { LocalBus } from './bus/local/local-bus.js';
import type { Config } from './config/config.js';
import { HomeController } from './console/home.controller.js';
import { Admissions } from './gateway/admissions.js';
import { BroadcastTimeline } from './gateway/broadcast-timeline.js';
import { Disconnects } from './gateway/disconnects.js';
import { DOOR, Door } from './gateway/door.js';
import { Draining } from './gateway/draining.js';
import { EphemeralSends } from './gateway/ephemeral-sends.js';
import { FrameDispatcher } from './gateway/frames/frame-dispatcher.js';
import { GatewayCounts } from './gateway/gateway-counts.js';
import { gatewayMetrics } from './gateway/gateway-metrics.js';
import { Heartbeats } from './gateway/heartbeats.js';
import { GATEWAY_OPTIONS, type GatewayOptions, ImGateway } from './gateway/im.gateway.js';
import { Latencies } from './gateway/latencies.js';
import { ClientAddresses } from './gateway/limits/client-address.js';
import { ConnectLimits } from './gateway/limits/connect-limits.js';
import { Origins } from './gateway/limits/origins.js';
import { SendGate } from './gateway/limits/send-gate.js';
import { SendRates } from './gateway/limits/send-rates.js';
import { bucketsFor } from './gateway/limits/token-buckets.js';
import { TurnClock } from './gateway/limits/turn-clock.js';
import { Outflow } from './gateway/outflow.js';
import { PageAnswers } from './gateway/page-answers.js';
import { Arrivals } from './gateway/people/arrivals.js';
import { PeopleFrames } from './gateway/people/people-frames.js';
import { Watches } from './gateway/people/watches.js';
import { PoolDelivery } from './gateway/pool-delivery.js';
import { Questions } from './gateway/questions.js';
import { RoomFrames } from './gateway/rooms/room-frames.js';
import { Rooms } from './gateway/rooms/rooms.js';
import { CheckCounts, SendChecks } from './gateway/send-checks.js';
import type { Session } from './gateway/session.js';
import { SessionFactory } from './gateway/session-factory.js';
import { SessionList } from './gateway/session-list.js';
import { sessionMetrics } from './gateway/session-metrics.js';
import { SessionOpening } from './gateway/session-opening.js';
import { SessionPool } from './gateway/session-pool.js';
import { SessionSends } from './gateway/session-sends.js';
import { StoredSends } from './gateway/stored-sends.js';
import type { Transport } from './gateway/transport/transport.js';
import { Upkeep } from './gateway/upkeep.js';
import { HOOK_WORKER, HookUpkeep } from './hooks/hook-upkeep.js';
import { Attendance } from './messaging/attendance.js';
import { CardChanges } from './messaging/card-changes.js';
import { Cards } from './messaging/cards.js';
import { Erasures } from './messaging/erasures.js';
import { DeadLetters } from './messaging/hooks/dead-letters.js';
import { InboxPolls } from './messaging/inbox-polls.js';
import { BUS } from './messaging/ports/bus.js';
import { CLOCK } from './messaging/ports/clock.js';
import type { Log } from './messaging/ports/log.js';
import type { MessageStore, StoreHealth } from './messaging/ports/message-store.js';
import { STORE_READ } from './messaging/ports/store-reads.js';
import { Presence } from './messaging/presence.js';
import { Receipts } from './messaging/receipts.js';
import { Revocations } from './messaging/revocations.js';
import { SendEphemeral } from './messaging/send-ephemeral.js';
import { SendMessage } from './messaging/send-message.js';
import { WriteQueue } from './messaging/write-queue.js';
import type { UserId } from './model/ids.js';
import { limitMetrics } from './node-metrics.js';
import type { Auth } from './open-auth.js';
import { openCheck, openHooks } from './open-hooks.js';
import { Health } from './ops/health.js';
import { Exposition } from './ops/metrics/exposition.js';
import type { Faults } from './ops/metrics/faults.js';
import { WatchedBus } from './ops/metrics/watched-bus.js';
import type { StoreWatch } from './ops/metrics/watched-store.js';
import { sessionsWithinOpenFileLimit } from './ops/open-files.js';
import { Probes } from './ops/probes.js';
import { systemClock } from './ops/system-clock.js';
import {
  CATCH_UP_BYTES,
  CATCH_UP_MESSAGES,
  MAX_POLLS,
  MAX_POLLS_OF_USER,
  OFFLINE_AFTER_MS,
} from './protocol/limits.js';

/** What a node is made of that was opened before it. */
export interface NodeParts {
  readonly transport: Transport;
  readonly store: MessageStore;
  readonly storeWatch: StoreWatch;
  readonly auth: Auth;
  readonly log: Log;
  /** Told of our own faults. */
  readonly faults: Faults;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
}

/** The composition root: here, and only here, ports meet their adapters. */
@Module({})
export class AppModule {
  static with(config: Config, parts: NodeParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [HomeController, ...API_CONTROLLERS],
      providers: [...providersOf(config, parts), ImGateway, PeopleFrames, RoomFrames, Upkeep, HookUpkeep],
    };
  }
}

function providersOf(config: Config, parts: NodeParts): Provider[] {
  const { transport, store, storeWatch, auth, log, faults, onTrouble } = parts;
  const clock = systemClock;
  const pool = new SessionPool<Session>();
  const counts = new GatewayCounts();
  const latencies = new Latencies(clock);
  const outflow = new Outflow(
    (topic, text) => transport.publish(topic, text),
    config.maxBufferedBytes,
    counts,
    latencies,
  );
  const factory = new SessionFactory(pool, outflow, clock);
  const limits = new ConnectLimits(config);
  const addresses = new ClientAddresses(config.trustedProxies);
  const admissions = new Admissions({
    transport: transport.counters,
    refusals: counts.refusedConnects,
    maxSessions: config.maxSessions || sessionsWithinOpenFileLimit(),
    asksForTokens: auth.authenticator !== undefined,
    addresses,
    origins: new Origins(config.allowedOrigins),
    limits,
    clock,
  });
  const requests = bucketsFor(config.requestsPerSPerAddress, config.requestsPerSPerAddress);
  const callers = new Callers({ addresses, logins: limits, requests, clock });
  const { authenticator, tickets, wechat, apiKeys } = auth;
  const { authMode, tokenTtlS } = config;
  const authParts: AuthParts = {
    authenticator,
    tickets,
    wechat,
    tokenTtlS,
    clock,
    onError: faults.of('auth'),
    onTrouble,
  };
  const { sessionsPerUser, mayBroadcast, idleTimeoutS, recallS } = config;
  const options: GatewayOptions = { sessionsPerUser, mayBroadcast };
  const writes = new WriteQueue(store, setImmediate, faults.of('store'));
  const bus = new WatchedBus(new LocalBus(faults.of('bus')));
  const { read, epoch } = store;
  const cards = new Cards(read);
  const nodeId = randomUUID();
  const attendance = new Attendance(nodeId, bus, clock);
  const delivery = new PoolDelivery(pool, cards, latencies);
  const broadcasts = new BroadcastTimeline(read, outflow, faults.of('broadcasts'));
  bus.subscribe(delivery.hear);
  bus.subscribe(broadcasts.hear);
  bus.subscribe(attendance.hear);
  const mayEnter = config.mayEnterRooms;
  const rooms = new Rooms({ read, epoch, attendance, cards, outflow, onError: faults.of('rooms'), mayEnter });
  // A room looks at what a card was before.
  bus.subscribe(rooms.hear);
  bus.subscribe(cards.hear);
  attendance.watch(rooms.attended);
  const receipts = new Receipts(bus, read, clock, faults.of('receipts'));
  const gate = new SendGate(config, new TurnClock(clock));
  const revocations = new Revocations(store.read, writes, bus);
  bus.subscribe(revocations.hear);
  const door =
    authenticator &&
    new Door({
      authenticator,
      isRevoked: revocations.isRevoked,
      sessionsOf: (userId) => pool.allOf(userId),
      onRefused: (address) => {
        limits.loginFailed(address, clock.monotonicMs());
        log.warn({ remoteAddress: address }, 'login refused');
      },
      onError: faults.of('auth'),
    });
  if (door !== undefined) bus.subscribe(door.hear);
  const later = (afterMs: number, call: () => void) => void setTimeout(call, afterMs).unref();
  const hooks = openHooks(config, { attendance, read, writes, clock, onError: faults.of('hooks'), onTrouble });
  const announce = hooks.queue?.attended;
  const presence = new Presence({ attendance, writes, clock, later, offlineAfterMs: OFFLINE_AFTER_MS, announce });
  attendance.watch(presence.attended);
  const watches = new Watches(cards, presence);
  presence.watch(watches.changed);
  bus.subscribe(watches.hear);
  const changes = new CardChanges(writes, store.read, bus);
  const sendEphemeral = new SendEphemeral(delivery, cards, clock, config.recipients === 'known');
  const questions = new Questions(faults.of('store'));
  const probes = new Probes(nodeId, writes, bus, clock);
  const health = new Health(
    {
      sessions: admissions.state,
      store: () => describeHealth(store.health()) ?? probes.storeState(),
      bus: probes.busState,
    },
    clock,
  );
  const readiness: Readiness = { auth: authMode, parts: health.look, since: health.since };
  const draining = new Draining({
    sessions: () => [...pool.all(), ...(door?.waiting() ?? [])],
    sockets: () => transport.counters.open,
    writes,
    outflow,
    spreadMs: config.drainS * 1_000,
    log,
  });
  const rates = new KeyRates(new SendRates(config), clock);
  const sendMessage = new SendMessage(writes, bus, clock, recallS * 1_000, hooks.queue);
  const check = openCheck(config, clock);
  const checkCounts = new CheckCounts();
  const checks =
    check &&
    new SendChecks({
      check,
      gate,
      counts: checkCounts,
      onFailure: config.beforeSendOnFailure,
      monotonicMs: clock.monotonicMs,
      onTrouble,
      onError: faults.of('hooks'),
    });
  const storedSends = new StoredSends(sendMessage, gate, latencies);
  const ephemeralSends = new EphemeralSends(sendEphemeral, cards, faults.of('store'));
  const letters = new DeadLetters(read, writes, clock, hooks.worker?.wake ?? (() => undefined));
  const openings = { store, broadcasts, cards, writes, receipts, clock, idleTimeoutS, counts: counts.following };
  const sessionsOf = (userId: UserId) => pool.allOf(userId);
  const disconnects = new Disconnects(sessionsOf);
  bus.subscribe(disconnects.hear);
  bus.subscribe(presence.hear);
  const erasures = new Erasures({ writes, store: read, revocations, bus, clock, later, onError: faults.of('store') });
  const polls = new InboxPolls({
    ...POLL_LIMITS,
    read,
    epoch,
    writes,
    receipts,
    clock,
    later: cancellably,
  });
  bus.subscribe(polls.hear);
  const logins = new Logins(apiKeys, callers);
  const answers = new HttpAnswers();
  const exposition = new Exposition([
    ...sessionMetrics({ pool, waiting: () => door?.waiting() ?? [] }),
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
  ]);
  const metrics: MetricsParts = { text: () => exposition.text(), readers: readersOf(config) };

  return [
    { provide: CLOCK, useValue: clock },
    { provide: BUS, useValue: bus },
    { provide: BroadcastTimeline, useValue: broadcasts },
    { provide: Rooms, useValue: rooms },
    { provide: SessionOpening, useValue: new SessionOpening({ ...openings, onError: faults.of('sessions') }) },
    { provide: SessionSends, useValue: new SessionSends(storedSends, ephemeralSends, checks) },
    { provide: HOOK_WORKER, useValue: hooks.worker ?? null },
    { provide: DeadLetters, useValue: letters },
    { provide: PageAnswers, useValue: new PageAnswers(read, clock, questions) },
    { provide: GatewayCounts, useValue: counts },
    { provide: HttpAnswers, useValue: answers },
    { provide: Exposition, useValue: exposition },
    { provide: METRICS, useValue: metrics },
    { provide: Revocations, useValue: revocations },
    { provide: DOOR, useValue: door ?? null },
    { provide: SessionPool, useValue: pool },
    { provide: SessionFactory, useValue: factory },
    { provide: Admissions, useValue: admissions },
    { provide: READINESS, useValue: readiness },
    { provide: Health, useValue: health },
    { provide: Probes, useValue: probes },
    { provide: Draining, useValue: draining },
    { provide: Callers, useValue: callers },
    { provide: Logins, useValue: logins },
    { provide: TokenLogins, useValue: new TokenLogins(authParts, revocations, logins) },
    KeyGuard,
    { provide: USER_RATES, useValue: gate },
    { provide: SESSIONS, useValue: new SessionList(sessionsOf) },
    { provide: Erasures, useValue: erasures },
    { provide: InboxPolls, useValue: polls },
    { provide: KeyRates, useValue: rates },
    { provide: STORE_READ, useValue: read },
    {
      provide: Sends,
      useValue: new Sends({ sendMessage, sendEphemeral, cards, attendance, rates, read, clock }),
    },
    { provide: AUTH_PARTS, useValue: authParts },
    { provide: GATEWAY_OPTIONS, useValue: options },
    { provide: Heartbeats, useValue: new Heartbeats(pool, outflow, clock, idleTimeoutS) },
    { provide: Attendance, useValue: attendance },
    { provide: Cards, useValue: cards },
    { provide: CardChanges, useValue: changes },
    { provide: Presence, useValue: presence },
    { provide: Watches, useValue: watches },
    { provide: Questions, useValue: questions },
    {
      provide: Arrivals,
      useValue: new Arrivals({ cards, changes, presence, watches, clock, onError: faults.of('store') }),
    },
    {
      provide: FrameDispatcher,
      inject: [ImGateway, PeopleFrames, RoomFrames],
      useFactory: (...handlers: object[]) => new FrameDispatcher(handlers, gate, clock.monotonicMs, counts, log),
    },
  ];
}

const POLL_LIMITS = {
  mostOfUser: MAX_POLLS_OF_USER,
  most: MAX_POLLS,
  pageLimit: CATCH_UP_MESSAGES,
  pageBytes: CATCH_UP_BYTES,
};

function cancellably(afterMs: number, call: () => void): () => void {
  const timer = setTimeout(call, afterMs);
  return () => clearTimeout(timer);
}

function readersOf({ metricsPort, authMode }: Config): MetricsParts['readers'] {
  if (metricsPort > 0) return 'nobody here';
  return authMode === 'open' ? 'everyone' : 'keys';
}

function describeHealth(health: StoreHealth): string | undefined {
  return health.state === 'ok' ? undefined : health.reason;
}
