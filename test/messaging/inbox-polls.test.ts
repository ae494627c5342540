import { expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { InboxPolls } from '../../src/messaging/inbox-polls.js';
import { Receipts } from '../../src/messaging/receipts.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import type { UserId } from '../../src/model/ids.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';

const [A, B] = ['A', 'B'] as UserId[] as [UserId, UserId];
const clock = { now: () => 1_000, monotonicMs: () => 0 };
const settle = () => new Promise((resolve) => setImmediate(resolve));

function rig(most = 10) {
  const store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 1_000 });
  const onError = (error: unknown) => expect.fail(String(error));
  const bus = new LocalBus(onError);
  const writes = new WriteQueue(store, queueMicrotask, onError);
  const timers = new Set<() => void>();
  const polls = new InboxPolls({
    read: store.read,
    epoch: 'epoch',
    writes,
    receipts: new Receipts(bus, store.read, clock, onError),
    clock,
    mostOfUser: 2,
    most,
    pageLimit: 100,
    pageBytes: 100_000,
    later: (_afterMs, call) => {
      timers.add(call);
      return () => void timers.delete(call);
    },
  });
  const waiting = () => {
    const [family] = polls.families();
    return family?.kind === 'gauge' ? [...family.read()][0]?.[0] : undefined;
  };
  return {
    polls,
    timers,
    waiting,
    ask: (userId: UserId, cursor = 0, waitMs = 25_000) =>
      polls.ask({ userId, cursor, epoch: undefined, waitMs, deviceId: undefined }),
    store: async (toUserId: UserId) => {
      await store.write([{ kind: 'message', fromUserId: B, toUserId, content: '"x"', sentAt: 1 }]);
    },
    wake: (userId: UserId) => {
      const identity = { messageId: 'm', seq: 1, fromUserId: B, toUserId: userId, sentAt: 1 };
      polls.hear({ kind: 'inbox', userId, entry: { kind: 'recalled', cursor: 1, ...identity } });
    },
  };
}

it('answers what came between the look at the store and the wait, and forgets the timer', async () => {
  const { ask, store, wake, timers, waiting } = rig();
  const { answer } = ask(A);
  await store(A);
  wake(A);
  expect((await answer).entries).toMatchObject([{ cursor: 1 }]);
  expect([timers.size, waiting()]).toEqual([0, 0]);
});

it('goes on waiting when a note says what is not there yet, or is another user’s', async () => {
  const { ask, store, wake, waiting } = rig();
  const { answer } = ask(A);
  await settle();
  wake(A);
  wake(B);
  await settle();
  expect(waiting()).toBe(1);
  await store(A);
  wake(A);
  expect((await answer).entries).toHaveLength(1);
});

it('looks once more when its time is over, because notes may be lost', async () => {
  const { ask, store, timers } = rig();
  const { answer } = ask(A);
  await settle();
  await store(A);
  for (const over of timers) over();
  expect((await answer).entries).toHaveLength(1);
});

it('does not wait where nobody wants to, or the node goes down', async () => {
  const { ask, polls, waiting } = rig();
  expect(await ask(A, 0, 0).answer).toEqual({ entries: [], head: 0, cursor: 0 });
  const { answer } = ask(A);
  await settle();
  polls.stop();
  expect((await answer).entries).toEqual([]);
  expect((await ask(A).answer).entries).toEqual([]);
  expect(waiting()).toBe(0);
});

it.each(['revoked', 'disconnect'] as const)('is over, with nothing, when its user is %s', async (kind) => {
  const { ask, polls, store } = rig();
  const [gone, other] = [ask(A), ask(B)];
  await settle();
  await store(A);
  polls.hear(kind === 'revoked' ? { kind, userId: A, notBefore: 1 } : { kind, userId: A });
  expect((await gone.answer).entries).toEqual([]);
  other.giveUp();
  await other.answer;
});

it('lets so many wait of one user, the newest, and so many of all', async () => {
  const { ask, waiting } = rig(3);
  const [first, second, third] = [ask(A), ask(A), ask(A)];
  expect((await first.answer).entries).toEqual([]);
  const other = ask(B);
  await settle();
  expect(waiting()).toBe(3);
  await expect(ask(B).answer).rejects.toMatchObject({ code: 'busy' });
  for (const poll of [second, third, other]) poll.giveUp();
  for (const { answer } of [second, third, other]) expect((await answer).entries).toEqual([]);
  expect(waiting()).toBe(0);
});
