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
  const marks = new DeviceMarks(B, 'phone' as DeviceId, 's1', parts);
  marks.begin(begin);
  const { entries } = await store.read.inbox({ userId: B, after: begin, now: 1, limit: 1_000, maxBytes: 1_000_000 });
  for (const entry of entries) marks.shown(entry);
  return {
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
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(A, C), { minLength: 1, maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 5 }),
        fc.nat(300),
        async (senders, cursors, begin) => {
          const it = await rig(senders, Math.min(begin, senders.length));
          for (const cursor of cursors) {
            it.marks.confirm(Math.min(cursor, senders.length));
            await settle();
          }
          await settle();
          const told = new Map(it.delivered().map(([userId, seq]) => [userId, seq]));
          for (const userId of [A, C]) {
            const { delivered } = await it.store.read.history({
              userId,
              peerId: B,
              now: 1,
              limit: 1,
              maxBytes: 1,
            });
            expect(told.get(userId) ?? 0).toBe(delivered);
          }
          expect(it.errors).toEqual([]);
        },
      ),
      { numRuns: 100 },
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
