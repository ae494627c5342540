import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { DeviceMarks } from '../../src/messaging/device-marks.js';
import type { BusNote } from '../../src/messaging/ports/bus.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { Receipts } from '../../src/messaging/receipts.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { oneOfWeighted, runs, sequencesOf } from '../support/sequences.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const C = 'C' as UserId;
const clock = { now: () => 1_000, monotonicMs: () => 0 };
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** B's inbox with messages of A and C, one session of B, and what is told over the bus. */
async function rig(senders: readonly UserId[], begin = 0) {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 1_000 });
  const errors: unknown[] = [];
  const notes: BusNote[] = [];
  let writes = 0;
  let isBusy = false;
  const gate = {
    write: async (batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> => {
      writes += 1;
      return isBusy ? batch.map(() => ({ kind: 'busy' })) : store.write(batch);
    },
  };
  const onError = (error: unknown) => void errors.push(error);
  const bus = new LocalBus(onError);
  bus.subscribe((note) => void notes.push(note));
  const parts = {
    writes: new WriteQueue(gate, queueMicrotask, onError),
    receipts: new Receipts(bus, store.read, clock, onError),
    clock,
  };
  await store.write(
    senders.map((fromUserId) => ({ kind: 'message', fromUserId, toUserId: B, content: '"x"', sentAt: 1 })),
  );
  const sessions: DeviceMarks[] = [];
  const show = async (to: readonly DeviceMarks[], after: number) => {
    const { entries } = await store.read.inbox({ userId: B, after, now: 1, limit: 1_000, maxBytes: 1_000_000 });
    for (const entry of entries) for (const session of to) session.shown(entry);
  };
  const open = (deviceId: string, cursor: number) => {
    const opened = new DeviceMarks(B, deviceId as DeviceId, 's1', parts);
    opened.begin(cursor);
    sessions.push(opened);
    return opened;
  };
  const marks = open('phone', begin);
  await show([marks], begin);
  return {
    /** A device that has everything so far. */
    another: (deviceId: string) => open(deviceId, senders.length),
    /** One more message, shown to all devices. */
    comes: async (fromUserId: UserId) => {
      const { head } = await store.read.user(B);
      await store.write([{ kind: 'message', fromUserId, toUserId: B, content: '"x"', sentAt: 1 }]);
      await show(sessions, head);
    },
    /** The last message that a peer sent, and how far those are delivered. */
    last: async (userId: UserId) => {
      const { items, delivered } = await store.read.history({ userId, peerId: B, now: 1, limit: 1, maxBytes: 1 });
      return { seq: items.at(-1)?.seq ?? 0, delivered };
    },
    store,
    marks,
    errors,
    delivered: () => notes.flatMap((note) => (note.kind === 'receipt' ? [[note.userId, note.delivered]] : [])),
    notes,
    writes: () => writes,
    setBusy: (busy: boolean) => {
      isBusy = busy;
    },
  };
}

describe('DeviceMarks', () => {
  it('[MP-3.12] tells each peer the last message that a confirmation covers', async () => {
    const it = await rig([A, C, A, A, C]);
    it.marks.confirm(3);
    await settle();
    expect(it.delivered()).toEqual([
      [A, 2],
      [C, 1],
    ]);
    it.marks.confirm(5);
    await settle();
    expect(it.delivered().slice(2)).toEqual([
      [A, 3],
      [C, 2],
    ]);
  });

  it('[MP-3.12] tells senders of any order of confirmations what the store says of their messages', async () => {
    const kind = oneOfWeighted({ comes: 6, confirm: 6, elsewhere: 3, read: 2, settle: 4, busy: 1, free: 2 });
    const sender = fc.constantFrom(A, C);
    const steps = sequencesOf(fc.tuple(kind, sender, fc.nat(20)), 60);
    // Also so many of one that what the other sent before is forgotten.
    const stretch = fc.tuple(sender, fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 })));
    const before = sequencesOf(stretch, 6).map((all) => all.flatMap(([userId, count]) => Array(count).fill(userId)));
    await fc.assert(
      fc.asyncProperty(before, fc.oneof(fc.constant(0), fc.nat(400)), steps, async (all, begin, steps) => {
        // The senders are told of no more than the newest 500.
        const senders = all.slice(-400);
        const it = await rig(senders, Math.min(begin, senders.length));
        const tablet = it.another('tablet');
        let cursor = Math.min(begin, senders.length);
        it.marks.confirm(cursor);
        const actions: Record<string, (peerId: UserId, at: number) => unknown> = {
          comes: (peerId) => it.comes(peerId),
          confirm: async (_peerId, at) => {
            const { head } = await it.store.read.user(B);
            // Now and then from afar, or what was confirmed before.
            cursor = Math.max(0, Math.min(head, at === 20 ? head : cursor + at - 3));
            it.marks.confirm(cursor);
          },
          elsewhere: async (_peerId, at) => {
            const { head } = await it.store.read.user(B);
            tablet.confirm(Math.max(0, head - at));
          },
          read: async (peerId, at) => {
            const { seq } = await it.last(peerId);
            if (seq > 0) it.marks.read(peerId, Math.max(1, seq - at), () => {});
          },
          settle,
          busy: () => it.setBusy(true),
          free: () => it.setBusy(false),
        };
        for (const [what, peerId, at] of steps) await actions[what]?.(peerId, at);
        it.setBusy(false);
        for (const marks of [it.marks, tablet]) {
          await settle();
          marks.retry();
        }
        await settle();
        const told = new Map<unknown, number>();
        for (const [userId, seq] of it.delivered()) told.set(userId, Math.max(told.get(userId) ?? 0, Number(seq)));
        for (const userId of [A, C]) expect(told.get(userId) ?? 0).toBe((await it.last(userId)).delivered);
        expect(it.errors).toEqual([]);
      }),
      runs(60),
    );
  });

  it('writes one confirmation at a time, whatever comes meanwhile', async () => {
    const it = await rig([A, A, A, A]);
    for (const cursor of [1, 2, 3, 4, 2]) it.marks.confirm(cursor);
    await settle();
    expect(it.writes()).toBe(2);
    expect(await it.store.read.user(B)).toMatchObject({ delivered: 4 });
  });

  it('writes again what the store was too busy for', async () => {
    const it = await rig([A, A]);
    it.setBusy(true);
    it.marks.confirm(2);
    expect(it.marks.read(A, 2, () => {})).toBe(true);
    await settle();
    it.setBusy(false);
    expect(it.notes).toEqual([]);
    it.marks.retry();
    await settle();
    expect(it.notes).toEqual([
      { kind: 'receipt', userId: A, peerId: B, delivered: 2 },
      { kind: 'receipt', userId: A, peerId: B, delivered: 2, read: 2 },
      { kind: 'receipt', userId: B, peerId: A, ownRead: 2, exceptSessionId: 's1' },
    ]);
    it.marks.retry();
    await settle();
    expect(it.notes).toHaveLength(3);
  });

  it('takes no more read marks at once than it can hold', async () => {
    const it = await rig([A]);
    it.setBusy(true);
    const accepted = Array.from({ length: 300 }, (_each, i) => it.marks.read(`u${i}` as UserId, 0, () => {}));
    expect(accepted.filter(Boolean)).toHaveLength(200);
    it.setBusy(false);
    await settle();
    it.marks.retry();
    await settle();
    expect(it.marks.read(A, 1, () => {})).toBe(true);
  });
});
