import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InboxFollower } from '../../src/messaging/inbox-follower.js';
import type { InboxQuery } from '../../src/messaging/ports/store-reads.js';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import type { InboxEntry } from '../../src/model/stored.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { oneOfWeighted, runs, sequencesOf } from '../support/sequences.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const clock = { now: () => 1_000, monotonicMs: () => 0 };

const settle = async () => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

/**
 * One reader of B's inbox, and a bus that loses, repeats and reorders as it is told. Over what is not kept any more the
 * reader goes on from the head, or from the floor.
 */
function rig(goesOnFrom: 'head' | 'floor' = 'head') {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 1_000 });
  const onTheBus: InboxEntry[] = [];
  const got: number[] = [];
  const synced: number[] = [];
  const tooLong: [from: number, floor: number, head: number][] = [];
  let follower: InboxFollower;
  /** The last number that the reader has or knows to be lost. */
  let place = 0;
  /** Pages of one follower that were under way at once. */
  let mostReads = 0;
  let isPaused = false;
  const take = (cursor: number) => {
    expect(isPaused).toBe(false);
    got.push(cursor);
    place = cursor;
  };

  const open = async (cursor: number) => {
    follower?.stop();
    place = cursor;
    synced.length = 0;
    let reads = 0;
    const inbox = async (query: InboxQuery) => {
      reads += 1;
      mostReads = Math.max(mostReads, reads);
      const page = await store.read.inbox(query);
      reads -= 1;
      return page;
    };
    const read = { ...store.read, user: store.read.user.bind(store.read), inbox };
    const counts = { levels: 0, pages: 0, pauses: 0 };
    const parts = { read, clock, counts, pageLimit: 3, pageBytes: 1_000 };
    follower = new InboxFollower(B, parts, {
      write: (entry) => take(entry.cursor),
      synced: (at) => void synced.push(at),
      tooLong: (from, floor, head) => {
        tooLong.push([from, floor, head]);
        place = goesOnFrom === 'head' ? head : floor;
        return place;
      },
      pageWritten: () => {},
      failed: (error) => {
        throw error;
      },
    });
    isPaused = false;
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
    if (entry !== undefined && follower.offer(entry.cursor)) take(entry.cursor);
  };
  const deliver = (at: number) => hear(onTheBus.splice(at % Math.max(1, onTheBus.length), 1)[0]);
  const steps = {
    send,
    deliver,
    repeat: (at: number) => hear(onTheBus[at % Math.max(1, onTheBus.length)]),
    lose: () => void onTheBus.shift(),
    pause: () => {
      isPaused = true;
      follower.pause('slow');
    },
    resume: () => {
      isPaused = false;
      follower.resume();
    },
    settle,
    look: () => follower.look(),
    forget: async (at: number) => void (await store.removeSentBefore(2, 1 + (at % 4))),
    reconnect: () => open(place),
  };
  return {
    store,
    place: () => place,
    mostReads: () => mostReads,
    deliverLast: () => hear(onTheBus.pop()),
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

const kind = oneOfWeighted({
  send: 10,
  deliver: 8,
  repeat: 3,
  lose: 3,
  pause: 2,
  resume: 3,
  settle: 3,
  look: 1,
  forget: 1,
  reconnect: 1,
});

/** Each number was written, or told to be lost: nothing twice, nothing passed over in silence. */
function expectNoHoles({ got, tooLong }: ReturnType<typeof rig>, goesOnFrom: 'head' | 'floor'): void {
  const lost = tooLong.map(([from, floor, head]) => ({ from, to: goesOnFrom === 'head' ? head : floor }));
  const written = got.map((cursor) => ({ from: cursor, to: cursor }));
  const ranges = [...lost, ...written].sort((a, b) => a.from - b.from);
  for (const [i, { from }] of ranges.entries()) expect(from).toBe((ranges[i - 1]?.to ?? 0) + 1);
  expect(got).toEqual([...got].sort((a, b) => a - b));
}

describe('InboxFollower', () => {
  it('[MP-3.5] writes every number once, in order, whatever the bus loses, repeats or reorders and whoever pauses', async () => {
    const steps = sequencesOf(fc.tuple(kind, fc.nat(20)), 120);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('head', 'floor'), fc.boolean(), steps, async (goesOnFrom, looks, steps) => {
        const it = rig(goesOnFrom);
        await it.open(0);
        for (const [what, at] of steps) await it.take(what, at);
        await settle();
        it.resume();
        await settle();
        // A look at the store is enough to have all, whatever was lost; and so is the note of one more.
        if (looks) it.look();
        else {
          await it.send();
          it.deliverLast();
        }
        await settle();
        const { head } = await it.store.read.user(B);
        expectNoHoles(it, goesOnFrom);
        expect(it.place()).toBe(head);
        expect(it.synced).toHaveLength(1);
        expect(it.mostReads()).toBeLessThanOrEqual(1);
      }),
      runs(150),
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
