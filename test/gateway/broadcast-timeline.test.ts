import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BroadcastTimeline } from '../../src/gateway/broadcast-timeline.js';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import type { BroadcastNote } from '../../src/messaging/ports/bus.js';
import type { UserId } from '../../src/model/ids.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { runs, sequencesOf } from '../support/sequences.js';

const A = 'A' as UserId;

const settle = async () => {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** One node, and a bus that loses, repeats and reorders as it is told. */
async function rig(before = 0) {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
  const published: number[] = [];
  const onTheBus: BroadcastNote[] = [];
  const send = async () => {
    const [outcome] = await store.write([{ kind: 'broadcast', fromUserId: A, content: '"x"', sentAt: 1 }]);
    if (outcome?.kind !== 'stored') throw new Error('not stored');
    const { messageId, seq, sentAt } = outcome;
    onTheBus.push({ kind: 'broadcast', broadcast: { messageId, seq, fromUserId: A, content: '"x"', sentAt } });
  };
  for (let i = 0; i < before; i += 1) await send();
  const outflow = new Outflow(
    (_topic, text) => published.push(JSON.parse(text).seq),
    1_000,
    new GatewayCounts(),
    new Latencies(systemClock),
  );
  const fault = vi.fn();
  let isFailing = false;
  const read = {
    broadcasts: (query: Parameters<typeof store.read.broadcasts>[0]) =>
      isFailing ? Promise.reject(new Error('no answer')) : store.read.broadcasts(query),
  };
  const timeline = new BroadcastTimeline(read, outflow, fault);
  await timeline.start();
  await settle();
  published.length = 0;
  onTheBus.length = 0;
  const hear = (note: BroadcastNote | undefined) => void (note !== undefined && timeline.hear(note));
  const steps = {
    send,
    deliver: async (at: number) => hear(onTheBus.splice(at % Math.max(1, onTheBus.length), 1)[0]),
    repeat: async (at: number) => hear(onTheBus[at % Math.max(1, onTheBus.length)]),
    lose: async () => void onTheBus.shift(),
    settle,
  };
  const sendLast = async (): Promise<number> => {
    await send();
    const note = onTheBus.at(-1);
    hear(note);
    await settle();
    return note?.broadcast.seq ?? 0;
  };
  return {
    timeline,
    published,
    sendLast,
    fault,
    steps,
    fail: (failing: boolean) => {
      isFailing = failing;
    },
  };
}

const step = fc.tuple(fc.constantFrom('send', 'send', 'deliver', 'repeat', 'lose', 'settle'), fc.nat(20));

describe('BroadcastTimeline', () => {
  it('[MP-4.1] publishes each once and in order, whatever the bus loses, repeats or reorders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), sequencesOf(step, 40), async (before, steps) => {
        const it = await rig(before);
        for (const [what, at] of steps) await it.steps[what as keyof typeof it.steps](at);
        await settle();
        // The note of one more is enough to have all.
        const last = await it.sendLast();
        expect(it.published).toEqual(Array.from({ length: last - before }, (_each, i) => before + 1 + i));
      }),
      runs(60),
    );
  });

  it('[MP-4.2] knows the newest 200 from the start', async () => {
    const { timeline } = await rig(250);
    expect(timeline.head).toBe(250);
    expect(timeline.replaySince(0)).toMatchObject({ from: 51 });
    expect(timeline.replaySince(0).texts).toHaveLength(200);
    expect(timeline.replaySince(249)).toMatchObject({ from: 250 });
    expect(timeline.replaySince(250)).toEqual({ from: 251, texts: [] });
  });

  it('asks again when the store does not answer', async () => {
    const it = await rig();
    await it.steps.send();
    await it.steps.send();
    it.fail(true);
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      // The first note is lost, so the second one needs the store.
      await it.steps.deliver(1);
      await settle();
      expect(it.fault).toHaveBeenCalledTimes(1);
      it.fail(false);
      vi.advanceTimersByTime(1_000);
      await settle();
      expect(it.published).toEqual([1, 2]);
    } finally {
      vi.useRealTimers();
    }
  });
});
