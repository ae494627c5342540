import { expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import type { BusNote } from '../../src/messaging/ports/bus.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { Health } from '../../src/ops/health.js';
import { Probes } from '../../src/ops/probes.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';

class LossyBus extends LocalBus {
  isLosing = false;

  override publish(note: BusNote): void {
    if (!this.isLosing) super.publish(note);
  }
}

function rig() {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
  const batches: (readonly StoreWrite[])[] = [];
  const state: { mode: 'well' | 'busy' | 'silent' } = { mode: 'well' };
  const write = async (batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> => {
    batches.push(batch);
    if (state.mode === 'silent') return new Promise(() => {});
    return state.mode === 'busy' ? batch.map(() => ({ kind: 'busy' })) : store.write(batch);
  };
  const clock = { ms: 0, now: () => 1_000_000 + clock.ms, monotonicMs: () => clock.ms };
  const bus = new LossyBus(() => {});
  const writes = new WriteQueue({ write }, queueMicrotask, () => {});
  const probes = new Probes('node', writes, bus, clock);
  const health = new Health({ store: probes.storeState, bus: probes.busState }, clock);
  /** So many seconds go by, with their ticks. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.ms += 1_000;
      probes.tick();
      await writes.answered();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { bus, batches, state, clock, probes, health, pass };
}

const WELL = { store: 'ok', bus: 'ok' };

it('a node is not ready before its first probes, and is after them', async () => {
  const { probes, health } = rig();
  expect(health.look()).toEqual({ store: 'no probe was committed yet', bus: 'no probe came back yet' });
  await probes.start();
  expect(health.look()).toEqual(WELL);
  expect(health.since()).toEqual({});
});

it('a node starts though its store refuses, and is ready when it does not any more', async () => {
  const { state, probes, health, pass } = rig();
  state.mode = 'busy';
  await probes.start();
  expect(health.look()).toMatchObject({ store: 'no probe was committed yet' });
  state.mode = 'well';
  await pass(1);
  expect(health.look()).toEqual(WELL);
});

it('the store is written to every 10 s, whatever others write', async () => {
  const { batches, probes, pass } = rig();
  await probes.start();
  await pass(60);
  expect(batches.length).toBe(7);
});

it('a store that commits nothing for 25 s is not well, and is again with its next commit', async () => {
  const { state, probes, health, pass } = rig();
  await probes.start();
  state.mode = 'busy';
  await pass(24);
  expect(health.look()).toEqual(WELL);
  await pass(1);
  expect(health.look()).toEqual({ store: 'no probe was committed for 25 s', bus: 'ok' });
  expect(health.since()).toEqual({ store: new Date(1_025_000).toISOString() });
  await pass(5);
  expect(health.look()).toMatchObject({ store: 'no probe was committed for 30 s' });
  expect(health.since()).toEqual({ store: new Date(1_025_000).toISOString() });
  state.mode = 'well';
  await pass(1);
  expect(health.look()).toEqual(WELL);
  expect(health.since()).toEqual({});
});

it('a store that does not answer is asked no more than once, and is not well, whatever was committed before', async () => {
  const { batches, state, probes, health, clock } = rig();
  await probes.start();
  state.mode = 'silent';
  for (let second = 0; second < 40; second += 1) {
    clock.ms += 1_000;
    probes.tick();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(batches.length).toBe(2);
  expect(health.look()).toEqual({ store: 'no probe was committed for 40 s', bus: 'ok' });
});

it('a bus that loses this node’s notes for 25 s is not well, whatever other nodes say', async () => {
  const { bus, probes, health, pass } = rig();
  await probes.start();
  bus.isLosing = true;
  await pass(26);
  LocalBus.prototype.publish.call(bus, { kind: 'probe', nodeId: 'other', number: 1 });
  expect(health.look()).toEqual({ store: 'ok', bus: 'no probe came back for 26 s' });
  bus.isLosing = false;
  await pass(1);
  expect(health.look()).toEqual(WELL);
});
