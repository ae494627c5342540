import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InboxFollower } from '../../src/messaging/inbox-follower.js';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import type { InboxEntry } from '../../src/model/stored.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const clock = { now: () => 1_000, monotonicMs: () => 0 };

const settle = async () => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

/** One reader of B's inbox, and a bus that loses, repeats and reorders as it is told. */
function rig(pageLimit = 3) {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 1_000 });
  const onTheBus: InboxEntry[] = [];
  const got: number[] = [];
  const synced: number[] = [];
  const tooLong: [from: number, floor: number, head: number][] = [];
  let follower: InboxFollower;

  const open = async (cursor: number) => {
    follower?.stop();
    const counts = { levels: 0, pages: 0, pauses: 0 };
    const parts = { read: store.read, clock, counts, pageLimit, pageBytes: 1_000 };
    follower = new InboxFollower(B, parts, {
      write: (entry) => void got.push(entry.cursor),
      synced: (at) => void synced.push(at),
      tooLong: (from, floor, head) => {
        tooLong.push([from, floor, head]);
        return head;
      },
      pageWritten: () => {},
      failed: (error) => {
        throw error;
      },
    });
    const opening = follower;
    const { head } = await store.read.user(B);
    if (opening === follower) follower.begin(cursor, head);
  };
  const send = async () => {
    const [outcome] = await store.write([{ kind: 'message', fromUserId: A, toUserId: B, content: '"x"', sentAt: 1 }]);
    if (outcome?.kind !== 'stored') throw new Error('not stored');
    const { messageId, seq, recipientCursor: cursor } = outcome;
    onTheBus.push({ kind: 'message', messageId, seq, cursor, fromUserId: A, toUserId: B, content: '"x"', sentAt: 1 });
  };
  const hear = (entry: InboxEntry | undefined) => {
    if (entry !== undefined && follower.offer(entry.cursor)) got.push(entry.cursor);
  };
  const deliver = (at: number) => hear(onTheBus.splice(at % Math.max(1, onTheBus.length), 1)[0]);
  const steps = {
    send,
    deliver,
    repeat: (at: number) => hear(onTheBus[at % Math.max(1, onTheBus.length)]),
    lose: () => void onTheBus.shift(),
    pause: () => follower.pause('slow'),
    resume: () => follower.resume(),
    settle,
    look: () => follower.look(),
    reconnect: () => open(got.at(-1) ?? 0),
  };
  return {
    store,
    got,
    synced,
    tooLong,
    open,
    send,
    deliver,
    pause: steps.pause,
    resume: steps.resume,
    look: steps.look,
    take: async (what: keyof typeof steps, at: number) => steps[what](at),
  };
}

const step = fc.oneof(
  fc.constant(['send'] as const),
  fc.constant(['lose'] as const),
  fc.tuple(fc.constant('deliver' as const), fc.nat(20)),
  fc.tuple(fc.constant('repeat' as const), fc.nat(20)),
  fc.constant(['pause'] as const),
  fc.constant(['resume'] as const),
  fc.constant(['settle'] as const),
  fc.constant(['look'] as const),
  fc.constant(['reconnect'] as const),
);

describe('InboxFollower', () => {
  it('[MP-3.5] writes every number once, in order, whatever the bus loses, repeats or reorders and whoever pauses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const it = rig();
        await it.open(0);
        for (const [what, at = 0] of steps) {
          await it.take(what, at);
          expect(it.got).toEqual(it.got.map((_cursor, i) => i + 1));
        }
        // A look at the store is enough to have all, whatever was lost.
        await settle();
        it.resume();
        it.look();
        await settle();
        const { head } = await it.store.read.user(B);
        expect(it.got).toEqual(Array.from({ length: head }, (_each, i) => i + 1));
        expect(it.tooLong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('[MP-3.6] gives a paused reader nothing, and all of it when it goes on', async () => {
    const it = rig();
    await it.open(0);
    it.pause();
    for (let i = 0; i < 10; i += 1) {
      await it.send();
      it.deliver(0);
    }
    await settle();
    expect(it.got).toEqual([]);
    it.resume();
    await settle();
    expect(it.got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('[MP-3.5] says once that it is level', async () => {
    const it = rig();
    await it.send();
    await it.open(0);
    await settle();
    await it.send();
    await it.send();
    it.deliver(2);
    await settle();
    expect(it.got).toEqual([1, 2, 3]);
    expect(it.synced).toEqual([1]);
  });

  it('[MP-3.10] tells what is not kept any more, and goes on from where it is told', async () => {
    const it = rig();
    await it.send();
    await it.send();
    await it.store.removeSentBefore(2, 1);
    await it.open(0);
    await settle();
    expect(it.tooLong).toEqual([[1, 1, 2]]);
    await it.send();
    it.deliver(2);
    await settle();
    expect(it.got).toEqual([3]);
  });

  it('stops at once when its session has gone', async () => {
    const it = rig();
    await it.send();
    const opening = it.open(0);
    await opening;
    await it.open(1);
    await settle();
    expect(it.got).toEqual([]);
    expect(
      await it.store.write([{ kind: 'confirm', userId: B, deviceId: 'd' as DeviceId, cursor: 1, seenAt: 1 }]),
    ).toMatchObject([{ kind: 'confirmed' }]);
  });
});
