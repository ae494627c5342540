import { BroadcastTimeline } from '../../src/gateway/broadcast-timeline.js';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { SendGate } from '../../src/gateway/limits/send-gate.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { PoolDelivery } from '../../src/gateway/pool-delivery.js';
import { Session, type SessionIdentity } from '../../src/gateway/session.js';
import { SessionOpening } from '../../src/gateway/session-opening.js';
import { SessionPool } from '../../src/gateway/session-pool.js';
import { StoredSends } from '../../src/gateway/stored-sends.js';
import type { SendResult, Socket } from '../../src/gateway/transport/transport.js';
import { Cards } from '../../src/messaging/cards.js';
import type { Bus, BusNote } from '../../src/messaging/ports/bus.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { Receipts } from '../../src/messaging/receipts.js';
import { SendMessage } from '../../src/messaging/send-message.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { contentJson } from '../../src/model/content.js';
import type { UserId } from '../../src/model/ids.js';
import { Refusal } from '../../src/model/refusal.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { BUSY_HOLD_MS, HOLD_TURN_MS } from '../../src/protocol/limits.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { plainSession } from './session-identity.js';
import type { Frame } from './ws-client.js';

/** A bus whose notes wait until somebody delivers, repeats or loses them. */
class HeldBus implements Bus {
  readonly held: BusNote[] = [];
  private listener: (note: BusNote) => void = () => undefined;

  publish(note: BusNote): void {
    this.held.push(note);
  }

  subscribe(listener: (note: BusNote) => void): () => void {
    this.listener = listener;
    return () => undefined;
  }

  deliver(at: number): void {
    const [note] = this.held.splice(at % Math.max(1, this.held.length), 1);
    if (note !== undefined) this.listener(note);
  }

  repeat(at: number): void {
    const note = this.held[at % Math.max(1, this.held.length)];
    if (note !== undefined) this.listener(note);
  }
}

/** A socket of paper: what is sent lies there until it is read, and it is slow when it is told so. */
export class PaperSocket implements Socket<Session> {
  state: Session | undefined;
  open = true;
  isSlow = false;
  readonly topics = new Set<string>();
  /** What went out, texts and pings, in order. */
  readonly out: ({ readonly text: string } | { readonly ping: string })[] = [];

  get bufferedBytes(): number {
    return this.isSlow ? 100_000 : 0;
  }

  send(text: string): SendResult {
    this.out.push({ text });
    return this.isSlow ? 'buffered' : 'sent';
  }

  cork(write: () => void): void {
    write();
  }

  ping(payload: string): void {
    this.out.push({ ping: payload });
  }

  subscribe(topic: string): void {
    this.topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }

  close(): void {
    this.open = false;
  }

  terminate(): void {
    this.open = false;
  }

  /** Takes what went out so far, up to and including the first ping: the frames, and that ping. */
  read(): { frames: Frame[]; ping: string | undefined } {
    const end = this.out.findIndex((each) => 'ping' in each);
    const taken = this.out.splice(0, end < 0 ? this.out.length : end + 1);
    const last = taken.at(-1);
    const frames = taken.flatMap((each) => ('text' in each ? [JSON.parse(each.text) as Frame] : []));
    return { frames, ping: last !== undefined && 'ping' in last ? last.ping : undefined };
  }
}

/** A session that nobody has opened; `read` takes what it was sent. */
export function paperSession(changes: Partial<SessionIdentity>) {
  const socket = new PaperSocket();
  const outflow = new Outflow(() => {}, 1_000_000, new GatewayCounts(), new Latencies(systemClock));
  const session = new Session(plainSession(changes), socket, outflow);
  return { session, read: () => socket.read().frames };
}

/** One node without a transport, on a memory store that is busy when it is told so, and a bus that is held. */
export function paperNode() {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
  const bus = new HeldBus();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  let passedMs = 0;
  const clock = { now: () => 1_000, monotonicMs: () => passedMs };
  let isBusy = false;
  const storeOrBusy = {
    write: async (batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> =>
      isBusy ? batch.map(() => ({ kind: 'busy' })) : store.write(batch),
  };
  const writes = new WriteQueue(storeOrBusy, queueMicrotask, onError);
  const pool = new SessionPool<Session>();
  const counts = new GatewayCounts();
  const latencies = new Latencies(clock);
  const outflow = new Outflow(() => {}, 1_000_000, counts, latencies);
  const cards = new Cards(store.read);
  const delivery = new PoolDelivery(pool, cards, latencies);
  bus.subscribe(delivery.hear);
  const broadcasts = new BroadcastTimeline(store.read, outflow, onError);
  const receipts = new Receipts(bus, store.read, clock, onError);
  const parts = { store, broadcasts, cards, writes, receipts, clock, counts: counts.following };
  const opening = new SessionOpening({ ...parts, idleTimeoutS: 60, onError });
  const gate = new SendGate({ framesPerS: 0, framesBurst: 0, bytesPerS: 0 }, clock);
  const sends = new StoredSends(new SendMessage(writes, bus, clock, 1_000), gate, latencies);

  return {
    store,
    bus,
    errors,
    /** Everything that is under way arrives. */
    deliverAll: async () => {
      await settled();
      while (bus.held.length > 0) bus.deliver(0);
      await settled();
    },
    setBusy: (busy: boolean) => {
      isBusy = busy;
    },
    /** So long that nobody has to wait any more who was told to. */
    passTime: () => {
      passedMs += BUSY_HOLD_MS + HOLD_TURN_MS;
    },
    open: (changes: Partial<SessionIdentity>) => {
      const socket = new PaperSocket();
      const session = new Session(plainSession(changes), socket, outflow);
      session.onClosing = () => pool.remove(session);
      pool.add(session);
      opening.open(session);
      return { socket, session };
    },
    /** Waits for the session to be open, as every frame does; what is refused then is given up. */
    send: (session: Session, id: string | undefined, toUserId: UserId) => {
      const frame = { type: 'message', toUserId, message: 'x', ...(id !== undefined && { id }) } as const;
      const send = () => {
        gate.pass(session, true, id, 100);
        sends.message(frame, toUserId, contentJson('x', false), session);
      };
      if (!session.isOpening) return send();
      session.postpone(100, () => {
        try {
          send();
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      });
    },
  };
}

/** Everything that is under way has happened: store, outflow, pages. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
