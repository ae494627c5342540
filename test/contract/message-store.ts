import { afterEach, describe, expect, it } from 'vitest';
import type { MessageStore, StoreLimits } from '../../src/messaging/ports/message-store.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { erasingContract } from './store-erasing.js';
import { hooksContract } from './store-hooks.js';
import { roomsContract } from './store-rooms.js';
import { usersContract } from './store-users.js';
import { A, B, C, confirm, message, PAGE, read, recall, room, statusOf, stored } from './store-words.js';

const LIMITS: StoreLimits = { maxDevices: 3, maxQueuedWrites: 1000 };

/** What every adapter of the `MessageStore` port promises. `open` makes a new, empty store. */
export function messageStoreContract(adapter: string, open: (limits: StoreLimits) => Promise<MessageStore>): void {
  describe(`the message store on ${adapter}`, () => {
    const opened: MessageStore[] = [];

    const start = async (limits: Partial<StoreLimits> = {}) => {
      const store = await open({ ...LIMITS, ...limits });
      opened.push(store);
      return store;
    };
    const one = async (store: MessageStore, write: StoreWrite): Promise<StoreOutcome | undefined> =>
      (await store.write([write]))[0];

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    roomsContract(start);
    usersContract(start);
    hooksContract(start);
    erasingContract(start);

    it('numbers each inbox and each conversation 1, 2, 3 … in the order handed over', async () => {
      const store = await start();
      const first = stored(await store.write([message(A, B), message(B, A), message(A, C)]));
      const second = stored(await store.write([message(C, B)]));
      expect(first.map(({ seq, cursor, recipientCursor }) => [seq, cursor, recipientCursor])).toEqual([
        [1, 1, 1],
        [2, 2, 2],
        [1, 3, 1],
      ]);
      expect(second).toMatchObject([{ seq: 1, cursor: 2, recipientCursor: 3, toUserId: B }]);
      const { entries, head } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
      expect(entries.map(({ cursor, fromUserId }) => [cursor, fromUserId])).toEqual([
        [1, A],
        [2, B],
        [3, C],
      ]);
      expect(head).toBe(3);
    });

    it('gives a message to oneself one number in all, and never counts it as unread', async () => {
      const store = await start();
      const [first, second] = stored(await store.write([message(A, A), message(A, B)]));
      expect(first).toMatchObject({ seq: 1, cursor: 1, recipientCursor: 1 });
      expect(second).toMatchObject({ seq: 1, cursor: 2, recipientCursor: 1 });
      const { items } = await store.read.conversations({ ...PAGE, userId: A });
      expect(items.map(({ peerId, unread }) => [peerId, unread])).toEqual([
        [B, 0],
        [A, 0],
      ]);
    });

    it('gives message ids that differ, and shows what was stored as it was', async () => {
      const store = await start();
      const sent = { ...message(A, B, 'i'), content: '{"b": 1, "a": "\\ud83d\\ude00\\u0000é"}' };
      const outcomes = stored(await store.write([sent, message(A, B), { ...message(A, B), kind: 'broadcast' }]));
      expect(new Set(outcomes.map(({ messageId }) => messageId)).size).toBe(3);
      const { entries } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
      const { kind: _, expiresAt: __, ...shown } = { ...sent, expiresAt: 0 };
      expect(entries[0]).toEqual({ ...shown, kind: 'message', cursor: 1, seq: 1, messageId: outcomes[0]?.messageId });
      expect(entries[1]).not.toHaveProperty('id');
    });

    it('stores one (sender, id) once within a batch and across batches, and answers with the first numbers', async () => {
      const store = await start();
      const [first, again] = stored(await store.write([message(A, B, 'x'), { ...message(A, B, 'x'), sentAt: 99 }]));
      expect(again).toEqual({ ...first, duplicate: true });
      await store.write([message(A, B), message(B, A, 'x')]);
      expect(await one(store, message(A, B, 'x'))).toEqual({ ...first, duplicate: true });
      expect(await store.read.user(B)).toMatchObject({ head: 3 });
    });

    it('takes equal JSON for the same whatever the order of its keys, and declines anything else under that id', async () => {
      const store = await start();
      const content = '{"a":{"x":1,"y":[1,2]},"b":2}';
      await store.write([{ ...message(A, B, 'x'), content }]);
      const outcomes = await store.write([
        { ...message(A, B, 'x'), content: '{ "b":2.0, "a":{"y":[1,2],"x":1}}' },
        { ...message(A, B, 'x'), content: '{"a":{"x":1,"y":[2,1]},"b":2}' },
        { ...message(A, C, 'x'), content },
        { ...message(A, B, 'x'), content, kind: 'broadcast' },
        recall(A, 'none', 'x'),
      ]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'conflict', 'conflict', 'conflict', 'conflict']);
      expect(await store.read.user(C)).toMatchObject({ head: 0 });
    });

    it('stores the rest of a batch in which something is declined', async () => {
      const store = await start();
      const outcomes = await store.write([message(A, B), recall(A, 'no such message'), message(A, B)]);
      expect(outcomes).toMatchObject([{ seq: 1 }, { kind: 'not_found' }, { seq: 2 }]);
    });

    it('recalls with a new number on both sides and no new seq, and forgets the content everywhere', async () => {
      const store = await start();
      const [sent] = stored(await store.write([message(A, B, 'm')]));
      const messageId = sent?.messageId ?? '';
      const recalled = await one(store, recall(A, messageId, 'r'));
      expect(recalled).toMatchObject({
        messageId,
        seq: 1,
        cursor: 2,
        recipientCursor: 2,
        toUserId: B,
        duplicate: false,
      });
      const { entries } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
      expect(entries).toMatchObject([
        { kind: 'recalled', cursor: 1, messageId, seq: 1 },
        { kind: 'recalled', cursor: 2, messageId, seq: 1 },
      ]);
      const { items } = await store.read.history({ ...PAGE, userId: B, peerId: A });
      expect(items).toMatchObject([{ recalled: true, messageId, seq: 1 }]);
      expect(items[0]).not.toHaveProperty('content');
      const next = await one(store, message(A, B));
      expect(next).toMatchObject({ seq: 2, cursor: 3 });
    });

    it('recalls a message once, whatever the id, and remembers what the recalled one said', async () => {
      const store = await start();
      const [sent] = stored(await store.write([message(A, B, 'm')]));
      const messageId = sent?.messageId ?? '';
      const first = await one(store, recall(A, messageId, 'r'));
      expect(await one(store, recall(A, messageId, 'r'))).toEqual({ ...first, duplicate: true });
      expect(await one(store, recall(A, messageId, 'other'))).toEqual({ ...first, duplicate: true });
      expect(await one(store, message(A, B, 'm'))).toEqual({ ...sent, duplicate: true });
      expect(await one(store, { ...message(A, B, 'm'), content: '"other"' })).toEqual({ kind: 'conflict' });
    });

    it('recalls only one’s own messages, and only within the window', async () => {
      const store = await start();
      const [sent] = stored(await store.write([{ ...message(A, B), sentAt: 1000 }]));
      const messageId = sent?.messageId ?? '';
      const outcomes = await store.write([
        recall(B, messageId),
        { ...recall(A, messageId), notBefore: 1001 },
        { ...recall(A, messageId), notBefore: 1000 },
      ]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['forbidden', 'too_late', 'stored']);
    });

    it('passes over what has run out as if it were recalled', async () => {
      const store = await start();
      await store.write([{ ...message(A, B), expiresAt: 5000 }]);
      const inbox = { ...PAGE, userId: B, after: 0 };
      expect((await store.read.inbox({ ...inbox, now: 4999 })).entries).toMatchObject([{ kind: 'message' }]);
      expect((await store.read.inbox({ ...inbox, now: 5000 })).entries).toMatchObject([
        { kind: 'recalled', cursor: 1 },
      ]);
      const { items } = await store.read.history({ ...PAGE, userId: B, peerId: A, now: 5000 });
      expect(items).toMatchObject([{ recalled: true }]);
    });

    it('stores a broadcast once, with numbers of its own', async () => {
      const store = await start();
      const broadcast = (id?: string): StoreWrite => ({ ...message(A, B, id), kind: 'broadcast' });
      const outcomes = stored(await store.write([message(A, B), broadcast('b'), broadcast('b'), broadcast()]));
      expect(outcomes.map(({ seq, duplicate }) => [seq, duplicate])).toEqual([
        [1, false],
        [1, false],
        [1, true],
        [2, false],
      ]);
      const page = await store.read.broadcasts({ ...PAGE, after: 1 });
      expect(page).toMatchObject({ head: 2, floor: 0, items: [{ seq: 2, fromUserId: A, content: '"hello"' }] });
    });

    it('ends a page at its limit or at its bytes, but never empty', async () => {
      const store = await start();
      await store.write(Array.from({ length: 10 }, () => ({ ...message(A, B), content: `"${'é'.repeat(49)}"` })));
      const cursors = async (limit: number, maxBytes: number, after = 0) => {
        const page = await store.read.inbox({ userId: B, after, now: 0, limit, maxBytes });
        return page.entries.map(({ cursor }) => cursor);
      };
      expect(await cursors(3, 1e6, 4)).toEqual([5, 6, 7]);
      expect(await cursors(10, 299)).toEqual([1, 2]);
      expect(await cursors(10, 300)).toEqual([1, 2, 3]);
      expect(await cursors(10, 1)).toEqual([1]);
      expect(await cursors(10, 1, 10)).toEqual([]);
    });

    it('shows a conversation newest first, the same from both sides, page by page', async () => {
      const store = await start();
      await store.write([message(A, B), message(A, C), message(B, A), message(A, B)]);
      const seqs = async (query: { limit: number; before?: number }) => {
        const page = await store.read.history({ ...PAGE, userId: A, peerId: B, ...query });
        return [page.items.map(({ seq }) => seq), page.more];
      };
      expect(await seqs({ limit: 2 })).toEqual([[3, 2], true]);
      expect(await seqs({ limit: 2, before: 2 })).toEqual([[1], false]);
      const mine = await store.read.history({ ...PAGE, userId: A, peerId: B });
      const theirs = await store.read.history({ ...PAGE, userId: B, peerId: A });
      expect(mine.items).toEqual(theirs.items);
    });

    it('lists conversations latest first, with exact unread counts, page by page', async () => {
      const store = await start();
      await store.write([message(B, A), message(B, A), message(A, B), message(B, A), message(C, A), message(B, A)]);
      await store.write([read(A, B, 2)]);
      const all = await store.read.conversations({ ...PAGE, userId: A });
      expect(all.items.map(({ peerId, unread, cursor }) => [peerId, unread, cursor])).toEqual([
        [B, 2, 6],
        [C, 1, 5],
      ]);
      const first = await store.read.conversations({ ...PAGE, userId: A, limit: 1 });
      expect([first.items.length, first.more]).toEqual([1, true]);
      const second = await store.read.conversations({ ...PAGE, userId: A, before: 6 });
      expect([second.items, second.more]).toEqual([all.items.slice(1), false]);
    });

    it('counts a recalled message as unread if it was', async () => {
      const store = await start();
      const [sent] = stored(await store.write([message(B, A)]));
      await store.write([recall(B, sent?.messageId ?? '')]);
      const { items } = await store.read.conversations({ ...PAGE, userId: A });
      expect(items).toMatchObject([{ unread: 1, cursor: 1, last: { recalled: true } }]);
    });

    it('keeps a cursor for each device and the highest of all for the user; neither ever falls', async () => {
      const store = await start();
      await store.write([message(A, B), message(A, B), message(A, B)]);
      const outcomes = await store.write([
        confirm(B, 'phone', 2, 1),
        confirm(B, 'pad', 1, 2),
        confirm(B, 'phone', 1, 3),
        confirm(B, 'pad', 4, 4),
      ]);
      expect(outcomes).toEqual([
        { kind: 'confirmed', cursor: 2, delivered: 2, deliveredBefore: 0, forgotten: 0 },
        { kind: 'confirmed', cursor: 1, delivered: 2, deliveredBefore: 2, forgotten: 0 },
        { kind: 'confirmed', cursor: 2, delivered: 2, deliveredBefore: 2, forgotten: 0 },
        { kind: 'above_head' },
      ]);
      expect(await store.read.user(B)).toEqual({
        head: 3,
        floor: 0,
        delivered: 2,
        devices: [
          { deviceId: 'phone', cursor: 2, seenAt: 3 },
          { deviceId: 'pad', cursor: 1, seenAt: 2 },
        ],
      });
    });

    it('forgets the device seen least recently when there is one too many, but not the delivered mark', async () => {
      const store = await start();
      await store.write([message(A, B)]);
      await store.write([
        confirm(B, 'd1', 1, 1),
        confirm(B, 'd2', 0, 2),
        confirm(B, 'd3', 0, 3),
        confirm(B, 'd4', 0, 4),
      ]);
      const { devices, delivered } = await store.read.user(B);
      expect(devices.map(({ deviceId }) => deviceId)).toEqual(['d4', 'd3', 'd2']);
      expect(delivered).toBe(1);
    });

    it('keeps the device that is here now, also after the clock went back', async () => {
      const store = await start();
      await store.write([message(A, B)]);
      for (const [deviceId, seenAt] of [
        ['d1', 100],
        ['d2', 200],
        ['d3', 300],
        ['new', 5],
      ] as const) {
        await store.write([confirm(B, deviceId, 1, seenAt)]);
      }
      const { devices } = await store.read.user(B);
      expect(devices.map(({ deviceId }) => deviceId)).toEqual(['d3', 'd2', 'new']);
    });

    it('tells each side how far the other has received and read', async () => {
      const store = await start();
      await store.write([message(A, B), message(C, B), message(A, B), message(A, B)]);
      const [, marked] = await store.write([confirm(B, 'phone', 3, 1), read(B, A, 1)]);
      expect(marked).toEqual({ kind: 'read', seq: 1, seqBefore: 0 });
      expect(await store.read.history({ ...PAGE, userId: A, peerId: B })).toMatchObject({
        delivered: 2,
        read: 1,
        ownRead: 0,
      });
      expect(await one(store, read(B, A, 3))).toEqual({ kind: 'read', seq: 3, seqBefore: 1 });
      expect(await one(store, read(B, A, 2))).toEqual({ kind: 'read', seq: 3, seqBefore: 3 });
      expect(await one(store, read(B, A, 4))).toEqual({ kind: 'above_head' });
      expect(await store.read.history({ ...PAGE, userId: A, peerId: B })).toMatchObject({
        delivered: 3,
        read: 3,
        ownRead: 0,
      });
      expect(await store.read.conversations({ ...PAGE, userId: B })).toMatchObject({
        items: [{ ownRead: 3, unread: 0 }, {}],
      });
    });

    it('says of one message how far it has come, device by device', async () => {
      const store = await start();
      const [first, second] = stored(await store.write([message(A, B, 'm1'), { ...message(A, B), expiresAt: 5 }]));
      const { messageId = '', sentAt } = first ?? {};
      const status = () => statusOf(store, { messageId, now: 1 });
      const sent = { messageId, seq: 1, fromUserId: A, toUserId: B, sentAt, recalled: false };
      expect(await status()).toEqual({ ...sent, delivered: false, read: false, devices: [] });
      await store.write([confirm(B, 'phone', 1, 10), confirm(B, 'desk', 0, 20)]);
      const devices = [
        { deviceId: 'desk', delivered: false, seenAt: 20 },
        { deviceId: 'phone', delivered: true, seenAt: 10 },
      ];
      expect(await status()).toEqual({ ...sent, delivered: true, read: false, devices });
      const later = { messageId: second?.messageId ?? '', now: 4 };
      expect(await statusOf(store, later)).toMatchObject({ seq: 2, delivered: false, recalled: false });
      expect(await statusOf(store, { ...later, now: 5 })).toMatchObject({ recalled: true });
      await store.write([read(B, A, 2)]);
      expect(await statusOf(store, later)).toMatchObject({ delivered: true, read: true });
      await store.write([recall(A, messageId, 'r')]);
      expect(await status()).toEqual({ ...sent, recalled: true, delivered: true, read: true, devices });
    });

    it('says nothing of a message that is none, is to everyone or to a room, or is no longer kept', async () => {
      const store = await start();
      const [one, all] = stored(await store.write([message(A, B), { ...message(A, B), kind: 'broadcast' }]));
      const [hall] = stored(await store.write([{ ...message(A, B), kind: 'room', room: room('hall') }]));
      expect(await statusOf(store, { messageId: one?.messageId ?? '', now: 1 })).toBeDefined();
      await store.removeSentBefore(2, 1);
      const others = [one?.messageId, all?.messageId, hall?.messageId, `${store.epoch}-zzz`, 'none', ''];
      for (const messageId of others) {
        expect(await statusOf(store, { messageId: messageId ?? '', now: 1 }), messageId).toBeUndefined();
      }
    });

    it('tells the whole life of a message: its numbers, whom it waits for, and why it is not told any more', async () => {
      const store = await start();
      await store.write([message(C, B)]);
      const ttl: StoreWrite = { ...message(A, B), sentAt: 2, expiresAt: 5, isWaiting: true } as StoreWrite;
      const [first, second] = stored(await store.write([message(A, B), ttl]));
      const life = (messageId = first?.messageId ?? '', now = 1) => store.read.life({ messageId, now });
      const { messageId = '', sentAt } = first ?? {};
      const sent = { kind: 'message', messageId, seq: 1, fromUserId: A, toUserId: B, sentAt };
      const marks = { cursor: 1, recipientCursor: 2, delivered: false, read: false, head: 3, floor: 0 };
      expect(await life()).toEqual({ ...sent, ...marks, state: 'kept', devices: [] });
      await store.write([confirm(B, 'phone', 2, 10), recall(A, messageId, 'r')]);
      expect(await life()).toEqual({
        ...sent,
        ...marks,
        state: 'recalled',
        recalledAt: expect.any(Number),
        delivered: true,
        head: 4,
        devices: [{ deviceId: 'phone', cursor: 2, seenAt: 10 }],
      });
      const waiting = { expiresAt: 5, recipientCursor: 3, delivered: false, hook: { state: 'queued' } };
      expect(await life(second?.messageId, 4)).toMatchObject({ ...waiting, state: 'kept' });
      expect(await life(second?.messageId, 5)).toMatchObject({ ...waiting, state: 'expired' });
      const [event] = (await store.read.hooks({ ...PAGE, dueBy: 9, now: 4 })).items;
      const { eventId = '' } = event ?? {};
      await store.write([{ kind: 'settleHook', eventId, result: 'dead', at: 9, reason: 'declined' }]);
      expect(await life(second?.messageId)).toMatchObject({ hook: { state: 'dead', diedAt: 9, reason: 'declined' } });
    });

    it('tells the life of what went to many, and none of what is no message', async () => {
      const store = await start();
      const [all] = stored(await store.write([{ ...message(A, B), kind: 'broadcast' }]));
      const [hall] = stored(await store.write([{ ...message(A, B), kind: 'room', room: room('hall') }]));
      const life = (messageId = '') => store.read.life({ messageId, now: 1 });
      const common = { seq: 1, fromUserId: A, sentAt: expect.any(Number) };
      expect(await life(all?.messageId)).toEqual({ kind: 'broadcast', messageId: all?.messageId, ...common });
      const inRoom = { kind: 'room', messageId: hall?.messageId, room: 'hall' };
      expect(await life(hall?.messageId)).toEqual({ ...inRoom, ...common });
      for (const stranger of [`${store.epoch}-zzz`, 'none', '']) expect(await life(stranger)).toBeUndefined();
    });

    it('removes the oldest first, a bounded number a call, raises floors and keeps heads', async () => {
      const store = await start();
      const at = (sentAt: number, write: StoreWrite): StoreWrite => ({ ...write, sentAt }) as StoreWrite;
      await store.write([1, 2, 3].map((sentAt) => at(sentAt, message(A, B, `m${sentAt}`))));
      await store.write([at(4, { ...message(A, B), kind: 'broadcast' })]);
      expect(await store.removeSentBefore(3, 1)).toBe(1);
      expect(await store.read.user(B)).toMatchObject({ head: 3, floor: 1 });
      expect(await store.removeSentBefore(5, 100)).toBe(3);
      expect(await store.removeSentBefore(5, 100)).toBe(0);
      expect(await store.read.inbox({ ...PAGE, userId: B, after: 0 })).toEqual({ entries: [], head: 3, floor: 3 });
      expect(await store.read.broadcasts({ ...PAGE, after: 0 })).toEqual({ items: [], head: 1, floor: 1 });
      expect((await store.read.conversations({ ...PAGE, userId: A })).items).toEqual([]);
      const next = await store.write([message(A, B, 'm1'), { ...message(A, B), kind: 'broadcast' }]);
      expect(next).toMatchObject([{ seq: 4, cursor: 4, recipientCursor: 4, duplicate: false }, { seq: 2 }]);
      expect(await store.read.conversations({ ...PAGE, userId: B })).toMatchObject({
        items: [{ unread: 1, cursor: 4 }],
      });
    });

    it('stops removing at the first that is to be kept, whatever the clock did afterwards', async () => {
      const store = await start();
      await store.write([10, 90, 20].map((sentAt) => ({ ...message(A, B), sentAt })));
      expect(await store.removeSentBefore(50, 100)).toBe(1);
      expect(await store.read.user(B)).toMatchObject({ head: 3, floor: 1 });
    });

    it('keeps whose tokens were revoked, and the time of it never falls', async () => {
      const store = await start();
      expect(await store.read.revocations()).toEqual([]);
      const revoke = (notBefore: number) => one(store, { kind: 'revoke', userId: A, notBefore });
      expect(await revoke(50)).toEqual({ kind: 'revoked', notBefore: 50 });
      expect(await revoke(20)).toEqual({ kind: 'revoked', notBefore: 50 });
      expect(await store.read.revocations()).toEqual([{ userId: A, notBefore: 50 }]);
      expect(await store.read.user(A)).toMatchObject({ head: 0 });
    });

    it('refuses a whole batch with busy when too much waits, and takes the next when it no longer does', async () => {
      const store = await start({ maxQueuedWrites: 3 });
      const [first, second, third] = await Promise.all([
        store.write([message(A, B), message(A, B)]),
        store.write([message(A, B, 'x'), message(A, B)]),
        // There is room for it, but it must not overtake.
        store.write([message(A, B, 'y')]),
      ]);
      expect(first.map(({ kind }) => kind)).toEqual(['stored', 'stored']);
      expect(second.map(({ kind }) => kind)).toEqual(['busy', 'busy']);
      expect(third.map(({ kind }) => kind)).toEqual(['busy']);
      await new Promise(setImmediate);
      expect(await one(store, message(A, B, 'x'))).toMatchObject({ seq: 3, duplicate: false });
    });

    it('stores nothing that was handed over behind a refused batch before whoever sent that could know', async () => {
      const store = await start({ maxQueuedWrites: 3 });
      const kinds: string[] = [];
      const write = (id: string) =>
        store.write([message(A, B, id)]).then(([outcome]) => kinds.push(outcome?.kind ?? ''));
      const first = store.write([message(A, B), message(A, B)]);
      // What the same turn had gathered by the time of the answer.
      const refused = store.write([message(A, B, 'x'), message(A, B)]).then(() => write('gathered'));
      await Promise.all([first, refused, write('behind')]);
      await new Promise(setImmediate);
      expect(kinds).toEqual(['busy', 'busy']);
      expect((await store.write([message(A, B, 'x')]))[0]).toMatchObject({ kind: 'stored', seq: 3 });
    });

    it('resolves batches in the order they were handed over, and reads see what was reported', async () => {
      const store = await start();
      const order: number[] = [];
      const batches = Array.from({ length: 20 }, async (_, index) => {
        const [outcome] = stored(await store.write([message(A, B)]));
        order.push(index);
        const { entries, head } = await store.read.inbox({ ...PAGE, userId: B, after: index });
        expect(head).toBeGreaterThanOrEqual(outcome?.recipientCursor ?? Number.NaN);
        expect(entries[0]).toMatchObject({ cursor: index + 1, messageId: outcome?.messageId });
      });
      await Promise.all(batches);
      expect(order).toEqual(order.map((_, index) => index));
    });

    it('knows nothing of a user it never heard of', async () => {
      const store = await start();
      expect(await store.read.user(C)).toEqual({ head: 0, floor: 0, delivered: 0, devices: [] });
      expect(await store.read.history({ ...PAGE, userId: C, peerId: A })).toEqual({
        items: [],
        more: false,
        delivered: 0,
        read: 0,
        ownRead: 0,
      });
      expect(await store.read.conversations({ ...PAGE, userId: C })).toEqual({ items: [], more: false });
      expect(await one(store, confirm(C, 'phone', 0, 7))).toMatchObject({ kind: 'confirmed', cursor: 0 });
    });

    it('finishes what was handed over before it closes, and then takes no more', async () => {
      const store = await start();
      const written = store.write([message(A, B)]);
      await store.close();
      expect(await written).toMatchObject([{ kind: 'stored' }]);
      await expect(store.write([message(A, B)])).rejects.toThrow('closed');
      await store.close();
    });
  });
}
