import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { LocalBus } from '../bus/local/local-bus.js';
import type { Config } from '../config/config.js';
import { BroadcastTimeline } from '../gateway/broadcast-timeline.js';
import { GatewayCounts } from '../gateway/gateway-counts.js';
import { Latencies } from '../gateway/latencies.js';
import { Outflow } from '../gateway/outflow.js';
import { PoolDelivery } from '../gateway/pool-delivery.js';
import { Rooms } from '../gateway/rooms/rooms.js';
import type { Session } from '../gateway/session.js';
import { SessionPool } from '../gateway/session-pool.js';
import { Attendance } from '../messaging/attendance.js';
import { Cards } from '../messaging/cards.js';
import { BUS } from '../messaging/ports/bus.js';
import { CLOCK } from '../messaging/ports/clock.js';
import { STORE_READ } from '../messaging/ports/store-reads.js';
import { Receipts } from '../messaging/receipts.js';
import { Trace } from '../messaging/trace/trace.js';
import { TraceRing } from '../messaging/trace/trace-ring.js';
import { UserEvents } from '../messaging/trace/user-events.js';
import { WriteQueue } from '../messaging/write-queue.js';
import type { UserId } from '../model/ids.js';
import { WatchedBus } from '../ops/metrics/watched-bus.js';
import { systemClock } from '../ops/system-clock.js';
import type { NodeParts } from './node-parts.js';

/** What everything else stands on: sessions and the way out to them, the bus and who hears it first, the way to the store. */
export type Ground = ReturnType<typeof layGround>;

export function layGround(config: Config, { transport, store, faults }: NodeParts) {
  const clock = systemClock;
  const later = (afterMs: number, call: () => void) => void setTimeout(call, afterMs).unref();
  const pool = new SessionPool<Session>();
  const sessionsOf = (userId: UserId) => pool.allOf(userId);
  const counts = new GatewayCounts();
  const latencies = new Latencies(clock);
  const publish = (topic: string, text: string) => transport.publish(topic, text);
  const ring = config.traceEvents === 0 ? undefined : new TraceRing(config.traceEvents, clock);
  const events = new UserEvents({ clock, newName: () => randomUUID().slice(0, 8), later: cancellably });
  const trace = new Trace(ring, events, clock);
  const outflow = new Outflow(publish, config.maxBufferedBytes, counts, latencies, undefined, trace);

  const { read, epoch } = store;
  const writes = new WriteQueue(store, setImmediate, faults.of('store'), trace.stored);
  const bus = new WatchedBus(new LocalBus(faults.of('bus')));
  const nodeId = randomUUID();
  const cards = new Cards(read);
  const attendance = new Attendance(nodeId, bus, clock);
  const delivery = new PoolDelivery(pool, cards, latencies, trace);
  const broadcasts = new BroadcastTimeline(read, outflow, faults.of('broadcasts'));
  const mayEnter = config.mayEnterRooms;
  const rooms = new Rooms({ read, epoch, attendance, cards, outflow, onError: faults.of('rooms'), mayEnter });
  const receipts = new Receipts(bus, read, clock, faults.of('receipts'));
  // A room looks at what a card was before.
  for (const { hear } of [delivery, broadcasts, attendance, rooms, cards]) bus.subscribe(hear);
  attendance.watch(rooms.attended);

  const providers: Provider[] = [
    { provide: CLOCK, useValue: clock },
    { provide: BUS, useValue: bus },
    { provide: STORE_READ, useValue: read },
    { provide: Trace, useValue: trace },
    { provide: UserEvents, useValue: events },
    { provide: SessionPool, useValue: pool },
    { provide: GatewayCounts, useValue: counts },
    { provide: Attendance, useValue: attendance },
    { provide: Cards, useValue: cards },
    { provide: BroadcastTimeline, useValue: broadcasts },
    { provide: Rooms, useValue: rooms },
  ];
  const ways = { pool, sessionsOf, counts, latencies, outflow, delivery, broadcasts, rooms };
  return {
    ...ways,
    clock,
    later,
    read,
    epoch,
    writes,
    bus,
    nodeId,
    cards,
    attendance,
    receipts,
    ring,
    trace,
    providers,
  };
}

/** A process need not stay for it. */
export function cancellably(afterMs: number, call: () => void): () => void {
  const timer = setTimeout(call, afterMs).unref();
  return () => clearTimeout(timer);
}
