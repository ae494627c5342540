import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserId } from '../../src/model/ids.js';
import { startRetention } from '../../src/ops/retention.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';

const DAY_MS = 86_400_000;
const A = 'A' as UserId;
const B = 'B' as UserId;

describe('retention', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  async function rig(sentAt: readonly number[]) {
    const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
    await store.write(
      sentAt.map((at) => ({ kind: 'message', fromUserId: A, toUserId: B, content: '"x"', sentAt: at })),
    );
    const now = { value: 40 * DAY_MS };
    const clock = { now: () => now.value, monotonicMs: () => 0 };
    const floor = async () => (await store.read.user(B)).floor;
    return { store, now, clock, floor };
  }

  it('removes what is older than so many days, within minutes, and goes on as time does', async () => {
    const { store, now, clock, floor } = await rig([9 * DAY_MS, 9 * DAY_MS, 11 * DAY_MS]);
    const onError = vi.fn();
    const retention = startRetention(store, clock, 30, onError);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await floor()).toBe(2);
    now.value += 2 * DAY_MS;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await floor()).toBe(3);
    expect(await store.read.user(B)).toMatchObject({ head: 3 });
    retention.stop();
    expect(onError).not.toHaveBeenCalled();
  });

  it('removes much of it a little at a time, without waiting in between', async () => {
    const { store, clock, floor } = await rig(Array.from({ length: 2_000 }, () => 1));
    const removing = vi.spyOn(store, 'removeSentBefore');
    const retention = startRetention(store, clock, 30, vi.fn());
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await floor()).toBe(2_000);
    for (const [, limit] of removing.mock.calls) expect(limit).toBeLessThanOrEqual(500);
    retention.stop();
  });

  it('goes on after the store could not, and is silent once it is stopped', async () => {
    const { store, clock, floor } = await rig([1]);
    const fault = new Error('the disk is full');
    vi.spyOn(store, 'removeSentBefore').mockRejectedValueOnce(fault);
    const onError = vi.fn();
    const retention = startRetention(store, clock, 30, onError);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(onError).toHaveBeenCalledWith(fault);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await floor()).toBe(1);
    retention.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
