import { expect, it } from 'vitest';
import type { MessageStore, StoreLimits } from '../../src/messaging/ports/message-store.js';
import { A, B, C, came, message, PAGE, recall, settled, stored, waiting } from './store-words.js';

const DUE = { ...PAGE, dueBy: 1_000_000 };

/** What the `MessageStore` port promises of events that are to be told. */
export function hooksContract(start: (limits?: Partial<StoreLimits>) => Promise<MessageStore>): void {
  const due = async (store: MessageStore, dueBy = DUE.dueBy) => (await store.read.hooks({ ...DUE, dueBy })).items;
  const first = async (store: MessageStore) => (await due(store))[0]?.eventId ?? '';

  it('queues an event for a message that is waiting, in the same commit, and none for others and repeats', async () => {
    const store = await start();
    const [one] = stored(await store.write([{ ...waiting(A, B, 'x'), sentAt: 7 }, waiting(A, B, 'x'), message(A, C)]));
    expect(one).not.toHaveProperty('hookLoss');
    const items = await due(store);
    const { messageId, seq } = one ?? {};
    const shown = { messageId, seq, fromUserId: A, toUserId: B, sentAt: 7, content: '"hello"', id: 'x' };
    const eventId = expect.any(String);
    expect(items).toEqual([
      { eventId, type: 'message.waiting', at: 7, userId: B, queuedAt: 7, attempts: 0, message: shown },
    ]);
    expect(await store.read.hookQueue()).toEqual({ queued: 1, dead: 0, oldestAt: 7 });
  });

  it('queues none for a message that is declined', async () => {
    const store = await start({ knownRecipientsOnly: true });
    expect(await store.write([waiting(A, B)])).toEqual([{ kind: 'not_taken' }]);
    expect(await store.read.hookQueue()).toEqual({ queued: 0, dead: 0 });
  });

  it('has one event of each user due, the first, and the next when that is done', async () => {
    const store = await start();
    await store.write([came(A, 'user.online', 1), came(B, 'user.online', 2), came(A, 'user.offline', 3)]);
    const [one, other] = await due(store);
    expect([one, other]).toMatchObject([
      { userId: A, type: 'user.online', at: 1 },
      { userId: B, type: 'user.online', at: 2 },
    ]);
    expect(await store.write([settled(one?.eventId ?? '', 'done', 5)])).toEqual([{ kind: 'noted' }]);
    expect(await due(store)).toMatchObject([{ userId: B }, { userId: A, type: 'user.offline', at: 3 }]);
    expect(await due(store, 4)).toMatchObject([{ userId: B }]);
    expect(await store.read.hooks({ ...DUE, dueBy: 4 })).toMatchObject({ nextDueAt: 5 });
  });

  it('has nobody’s later event overtake one that is to be tried again', async () => {
    const store = await start();
    await store.write([came(A, 'user.online', 1), came(A, 'user.offline', 2), waiting(B, A)]);
    const eventId = await first(store);
    await store.write([settled(eventId, 'retry', 500)]);
    expect(await store.read.hooks({ ...DUE, dueBy: 499 })).toEqual({ items: [], nextDueAt: 500 });
    expect(await due(store)).toMatchObject([{ eventId, type: 'user.online', attempts: 1 }]);
    await store.write([settled(eventId, 'retry', 600), settled(eventId, 'done', 700), settled(eventId, 'done', 700)]);
    expect(await due(store)).toMatchObject([{ type: 'user.offline', attempts: 0 }]);
  });

  it('keeps dead letters with their reason, page by page, and has them due again under the same name', async () => {
    const store = await start();
    await store.write([came(A, 'user.online', 1), came(A, 'user.offline', 2), waiting(A, B)]);
    const names = [await first(store)];
    await store.write([settled(names[0] ?? '', 'dead', 9, 'answered 400')]);
    for (const { eventId } of await due(store)) {
      names.push(eventId);
      await store.write([settled(eventId, 'dead', 9)]);
    }
    const page = await store.read.deadHooks({ ...PAGE, limit: 1 });
    expect(page).toMatchObject({ items: [{ eventId: names[0], diedAt: 9, reason: 'answered 400' }], more: true });
    const rest = await store.read.deadHooks({ ...PAGE, after: names[0] });
    expect(rest.items.map(({ eventId }) => eventId).sort()).toEqual(names.slice(1).sort());
    expect(rest.items.find(({ userId }) => userId === B)).toMatchObject({ message: { content: '"hello"' } });
    expect(await store.write([{ kind: 'replayHooks', at: 20, limit: 2 }])).toEqual([{ kind: 'replayed', count: 2 }]);
    expect(await store.write([{ kind: 'replayHooks', at: 20, limit: 2 }])).toEqual([{ kind: 'replayed', count: 1 }]);
    expect(await store.read.hookQueue()).toMatchObject({ queued: 3, dead: 0 });
    expect(await first(store)).toBe(names[0]);
    expect(await due(store)).toMatchObject([{ queuedAt: 20, attempts: 0 }, { queuedAt: 20 }]);
  });

  it('lets the oldest event of presence go when too many wait, then takes no more, and stores the message all the same', async () => {
    const store = await start({ maxQueuedHooks: 2 });
    await store.write([came(A, 'user.online', 1), came(C, 'user.online', 2)]);
    const outcomes = await store.write([waiting(A, B), came(A, 'user.offline', 3), waiting(A, B), waiting(A, B)]);
    expect(outcomes).toMatchObject([
      { kind: 'stored', hookLoss: 'displaced' },
      { kind: 'queued', loss: 'displaced' },
      { kind: 'stored', hookLoss: 'displaced' },
      { kind: 'stored', seq: 3, hookLoss: 'refused' },
    ]);
    expect(await store.write([came(C, 'user.online', 4)])).toEqual([{ kind: 'queued', loss: 'refused' }]);
    expect(await due(store)).toMatchObject([{ userId: B, message: { seq: 1 } }]);
    expect(await store.read.hookQueue()).toMatchObject({ queued: 2 });
  });

  it('keeps so many dead letters, the newest, and replays as many as there is room for', async () => {
    const store = await start({ maxQueuedHooks: 2 });
    for (const userId of [A, B, C]) {
      await store.write([came(userId, 'user.online', 1)]);
      await store.write([settled(await first(store), 'dead', 2)]);
    }
    expect((await store.read.deadHooks(PAGE)).items.map(({ userId }) => userId)).toEqual([B, C]);
    await store.write([came(A, 'user.online', 1)]);
    expect(await store.write([{ kind: 'replayHooks', at: 3, limit: 9 }])).toEqual([{ kind: 'replayed', count: 1 }]);
    expect(await store.read.hookQueue()).toMatchObject({ queued: 2, dead: 1 });
  });

  it('forgets with a message that is recalled, runs out or is removed what its event says', async () => {
    const store = await start();
    const [sent] = stored(await store.write([waiting(A, B), { ...waiting(A, C), expiresAt: 50 }, waiting(B, A)]));
    await store.write([recall(A, sent?.messageId ?? '')]);
    const shown = await store.read.hooks({ ...DUE, now: 50 });
    const said = Object.fromEntries(shown.items.map(({ userId, message: each }) => [userId, each?.content]));
    expect(said).toEqual({ [A]: '"hello"', [B]: undefined, [C]: undefined });
    await store.removeSentBefore(1_000_000, 100);
    expect((await due(store)).map(({ message: each }) => each)).toEqual([undefined, undefined, undefined]);
  });

  it('compares a repeat with what the sender gave, where something else was stored', async () => {
    const store = await start();
    const changed = { ...message(A, B, 'x'), content: '"h***o"', given: '"hello"' };
    const [one] = stored(await store.write([changed]));
    const outcomes = await store.write([
      message(A, B, 'x'),
      { ...changed, content: '"other stars"' },
      { ...message(A, B, 'x'), content: '"h***o"' },
    ]);
    expect(outcomes).toEqual([{ ...one, duplicate: true }, { ...one, duplicate: true }, { kind: 'conflict' }]);
    await store.write([recall(A, one?.messageId ?? '')]);
    expect(await store.write([message(A, B, 'x')])).toEqual([{ ...one, duplicate: true }]);
    const { entries } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
    expect(JSON.stringify(entries)).not.toContain('hello');
  });
}
