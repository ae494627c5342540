import { describe, expect, it } from 'vitest';
import { HookCounts } from '../../src/messaging/hooks/hook-counts.js';
import { HookWorker } from '../../src/messaging/hooks/hook-worker.js';
import type { HookReply } from '../../src/messaging/ports/hook-receiver.js';
import type { HookItem, QueueHook } from '../../src/messaging/ports/store-hooks.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { A, B, came, user } from '../contract/store-words.js';
import { HandClock } from '../support/hand-clock.js';
import { memoryStore } from '../support/in-process.js';

const HOUR_MS = 3_600_000;
const PLAN = { firstMs: 1_000, mostMs: 600_000, forMs: 24 * HOUR_MS };

/** Everything that is under way has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

function rig(answer: (item: HookItem) => HookReply | Promise<HookReply>, concurrency = 8) {
  const clock = new HandClock();
  const store = memoryStore();
  const counts = new HookCounts(clock.now, () => undefined);
  const errors: unknown[] = [];
  const told: { readonly what: string; readonly at: number }[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  let isBusy = false;
  const writes = new WriteQueue(
    { write: async (batch) => (isBusy ? batch.map(() => ({ kind: 'busy' })) : store.write(batch)) },
    setImmediate,
    (error) => errors.push(error),
  );
  const worker = new HookWorker({
    read: store.read,
    writes,
    counts,
    clock,
    concurrency,
    plan: PLAN,
    random: () => 0.999_999,
    receiver: {
      tell: async (item) => {
        told.push({ what: `${item.userId} ${item.type} ${item.at}`, at: clock.now() });
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        const reply = await answer(item);
        underWay -= 1;
        return reply;
      },
      stop: () => undefined,
    },
    later: (afterMs, call) => {
      let isOn = true;
      clock.later(afterMs, () => isOn && call());
      return () => {
        isOn = false;
      };
    },
    onError: (error) => errors.push(error),
  });
  const pass = async (ms: number, steps = 1) => {
    for (let i = 0; i < steps; i += 1) {
      clock.pass(ms / steps);
      await settled();
    }
  };
  return {
    clock,
    counts,
    store,
    worker,
    told,
    errors,
    pass,
    mostUnderWay: () => mostUnderWay,
    setBusy: (busy: boolean) => {
      isBusy = busy;
    },
    queue: async (...events: QueueHook[]) => {
      await store.write(events);
      worker.wake();
      await pass(20, 4);
    },
  };
}

describe('the worker of the hook', () => {
  it('tries again after 1 s, 2 s, 4 s and so on up to 10 minutes, for 24 hours, and then gives up', async () => {
    const { queue, pass, told, store, counts, errors } = rig(() => ({ status: 500 }));
    await queue(came(A, 'user.online', 0), came(A, 'user.offline', 0));
    for (let minute = 0; minute < 25 * 60; minute += 1) await pass(60_000, minute < 20 ? 60 : 1);
    const times = told.filter(({ what }) => what === 'A user.online 0').map(({ at }) => at);
    const waits = times.slice(1).map((time, i) => Math.round((time - (times[i] ?? 0)) / 1_000));
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(660);
    expect(waits.length).toBeGreaterThan(120);
    const { items } = await store.read.deadHooks({ now: 0, limit: 9, maxBytes: 1 });
    expect(items).toMatchObject([
      { type: 'user.online', reason: expect.stringMatching(/^the receiver answered 500, after \d{3} attempts$/) },
      { type: 'user.offline', reason: 'the receiver answered 500, after 1 attempts' },
    ]);
    expect(counts.outcomes.of('dead')).toBe(2);
    expect(errors).toEqual([]);
  });

  it('waits at least as long as Retry-After says', async () => {
    const { queue, pass, told } = rig(() => ({ status: 429, retryAfterMs: 30_000 }));
    await queue(came(A, 'user.online', 0));
    await pass(29_000, 29);
    expect(told).toHaveLength(1);
    await pass(2_000, 2);
    expect(told).toHaveLength(2);
  });

  it.each([
    [200, 'delivered', 0],
    [204, 'delivered', 0],
    [410, 'dropped', 0],
    [400, 'dead', 1],
    [404, 'dead', 1],
    [408, 'retried', 0],
    [425, 'retried', 0],
    [429, 'retried', 0],
    [301, 'retried', 0],
    [503, 'retried', 0],
    [0, 'retried', 0],
  ] as const)('takes an answer %i for %s', async (status, outcome, dead) => {
    const { queue, counts, store } = rig(() => ({ status }));
    await queue(came(A, 'user.online', 0));
    expect(counts.outcomes.of(outcome)).toBe(1);
    expect(await store.read.hookQueue()).toMatchObject({ queued: outcome === 'retried' ? 1 : 0, dead });
  });

  it('tells several users at once, and each of them one event after the other', async () => {
    const { queue, told, pass, mostUnderWay } = rig(() => ({ status: 200 }), 3);
    const users = ['A', 'B', 'C', 'D', 'E', 'F'].map(user);
    await queue(...[1, 2, 3].flatMap((at) => users.map((userId) => came(userId, 'user.online', at))));
    await pass(500, 100);
    expect(told).toHaveLength(18);
    for (const userId of users) {
      const own = told.map(({ what }) => what).filter((what) => what.startsWith(userId));
      expect(own).toEqual([1, 2, 3].map((at) => `${userId} user.online ${at}`));
    }
    expect(mostUnderWay()).toBe(3);
  });

  it('asks a receiver that answers nobody for one user at a time, and all at once when it is back', async () => {
    let isBack = false;
    const rigged = rig(async () => {
      await settled();
      return { status: isBack ? 200 : 0 };
    }, 4);
    const { queue, pass, told, counts } = rigged;
    const users = Array.from({ length: 30 }, (_, i) => user(`U${i}`));
    await queue(...users.map((userId) => came(userId, 'user.online', 0)));
    await pass(400, 40);
    expect(counts.outcomes.of('retried')).toBe(told.length);
    expect(told.length).toBeLessThanOrEqual(60);
    isBack = true;
    await pass(10_000, 100);
    expect(counts.outcomes.of('delivered')).toBe(30);
  });

  it('does not tell an event again because the store could not take what became of it', async () => {
    const { queue, pass, told, setBusy, counts, store } = rig(() => {
      setBusy(true);
      return { status: 200 };
    });
    await queue(came(A, 'user.online', 0));
    await pass(3_000, 10);
    expect(told).toHaveLength(1);
    setBusy(false);
    await pass(1_000, 4);
    expect(told).toHaveLength(1);
    expect(await store.read.hookQueue()).toMatchObject({ queued: 0 });
    expect(counts.outcomes.of('delivered')).toBe(1);
  });

  it('leaves in the queue what was cut off when it stopped', async () => {
    let cutOff: (reply: HookReply) => void = () => undefined;
    const { queue, worker, store, told } = rig(() => new Promise((resolve) => (cutOff = resolve)));
    await queue(came(A, 'user.online', 0), came(B, 'user.online', 0));
    const stopped = worker.stop();
    cutOff({ status: 0 });
    await Promise.race([stopped, settled()]);
    worker.wake();
    await settled();
    expect(await store.read.hookQueue()).toMatchObject({ queued: 2 });
    expect(told).toHaveLength(2);
  });
});
