import { expect, it } from 'vitest';
import type { MessageStore, StoreLimits } from '../../src/messaging/ports/message-store.js';
import type { StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { MAX_BLOCKED } from '../../src/model/profile.js';
import {
  A,
  B,
  block,
  C,
  confirm,
  inRoom,
  message,
  PAGE,
  profile,
  recall,
  room,
  seen,
  stored,
  user,
} from './store-words.js';

const NOTED = { kind: 'noted' };
const NOT_TAKEN = { kind: 'not_taken' };

/** What the `MessageStore` port promises of profiles, blocks, and when users were seen. */
export function usersContract(start: (limits?: Partial<StoreLimits>) => Promise<MessageStore>): void {
  const one = async (store: MessageStore, write: StoreWrite) => (await store.write([write]))[0];

  it('changes of a profile what is given, and takes away what is empty', async () => {
    const store = await start();
    const after = async (change: Parameters<typeof profile>[1]) => {
      expect(await one(store, profile(A, change))).toEqual(NOTED);
      const [card] = await store.read.cards([A]);
      return [card?.profile, card?.invisible];
    };
    expect(await after({ nickname: '小明 😀' })).toEqual([{ nickname: '小明 😀' }, false]);
    expect(await after({ avatar: 'https://example.org/a.png', invisible: true })).toEqual([
      { nickname: '小明 😀', avatar: 'https://example.org/a.png' },
      true,
    ]);
    expect(await after({})).toEqual([{ nickname: '小明 😀', avatar: 'https://example.org/a.png' }, true]);
    expect(await after({ nickname: '' })).toEqual([{ avatar: 'https://example.org/a.png' }, true]);
    expect(await after({ avatar: '', invisible: false })).toEqual([{}, false]);
  });

  it('shows the card of each user asked for, in that order, and an empty one of who was never there', async () => {
    const store = await start();
    await store.write([profile(A, { nickname: 'a' }), seen(B, 5), block(B, C, true), block(B, A, true)]);
    expect(await store.read.cards([C, B, user('nobody'), A, B])).toEqual([
      { profile: {}, invisible: false, seenAt: 0, blocked: [] },
      { profile: {}, invisible: false, seenAt: 5, blocked: [A, C] },
      { profile: {}, invisible: false, seenAt: 0, blocked: [] },
      { profile: { nickname: 'a' }, invisible: false, seenAt: 0, blocked: [] },
      { profile: {}, invisible: false, seenAt: 5, blocked: [A, C] },
    ]);
    expect(await store.read.cards([])).toEqual([]);
  });

  it('lists conversations with the peers’ profiles', async () => {
    const store = await start();
    await store.write([message(B, A), message(C, A), profile(B, { nickname: 'b', avatar: 'cat.png' })]);
    const { items } = await store.read.conversations({ ...PAGE, userId: A });
    expect(items.map(({ peerId, profile }) => [peerId, profile])).toEqual([
      [C, {}],
      [B, { nickname: 'b', avatar: 'cat.png' }],
    ]);
  });

  it('ends a page of conversations where contents and profiles together are too many bytes', async () => {
    const store = await start();
    const avatar = 'x'.repeat(500);
    await store.write([message(B, A), message(C, A), profile(B, { avatar }), profile(C, { avatar })]);
    const page = { ...PAGE, userId: A };
    expect((await store.read.conversations({ ...page, maxBytes: 900 })).items).toHaveLength(1);
    expect((await store.read.conversations({ ...page, maxBytes: 1_100 })).items).toHaveLength(2);
  });

  it('keeps when a user was last seen, by its own word or a device’s; the word never falls', async () => {
    const store = await start();
    const seenAt = async () => (await store.read.cards([A]))[0]?.seenAt;
    expect(await store.write([seen(A, 50), seen(A, 20)])).toEqual([NOTED, NOTED]);
    expect(await seenAt()).toBe(50);
    await store.write([confirm(A, 'phone', 0, 70), confirm(A, 'pad', 0, 60)]);
    expect(await seenAt()).toBe(70);
    await store.write([seen(A, 80), confirm(A, 'phone', 0, 75)]);
    expect(await seenAt()).toBe(80);
  });

  it('stores nothing for a user who blocks the sender, from the next write on, until unblocked', async () => {
    const store = await start();
    const outcomes = await store.write([
      message(A, B, '1'),
      block(B, A, true),
      message(A, B, '2'),
      message(C, B),
      message(B, A),
      block(B, A, false),
      message(A, B, '2'),
    ]);
    expect(outcomes).toMatchObject([{ seq: 1 }, NOTED, NOT_TAKEN, { seq: 1 }, { seq: 2 }, NOTED, { seq: 3 }]);
    const { entries } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
    expect(entries.map(({ cursor, fromUserId }) => [cursor, fromUserId])).toEqual([
      [1, A],
      [2, C],
      [3, B],
      [4, A],
    ]);
  });

  it('answers what was stored before the block as before it: repeats, conflicts and recalls', async () => {
    const store = await start();
    const [first] = stored(await store.write([message(A, B, '1')]));
    await store.write([block(B, A, true)]);
    expect(await one(store, message(A, B, '1'))).toEqual({ ...first, duplicate: true });
    expect(await one(store, { ...message(A, B, '1'), content: '"other"' })).toEqual({ kind: 'conflict' });
    const recalled = await one(store, recall(A, first?.messageId ?? '', 'r'));
    expect(recalled).toMatchObject({ kind: 'stored', toUserId: B, duplicate: false });
    expect(await one(store, recall(A, first?.messageId ?? '', 'r'))).toEqual({ ...recalled, duplicate: true });
    expect(await one(store, inRoom(A, room('hall')))).toMatchObject({ kind: 'stored' });
  });

  it('takes a block of who is blocked, and the end of one that is not there, as done', async () => {
    const store = await start();
    const outcomes = await store.write([block(B, A, false), block(B, A, true), block(B, A, true), block(B, A, false)]);
    expect(outcomes).toEqual([NOTED, NOTED, NOTED, NOTED]);
    expect(await one(store, message(A, B))).toMatchObject({ kind: 'stored' });
    expect(await store.read.cards([B])).toMatchObject([{ blocked: [] }]);
  });

  it('lets a user block so many and no more', async () => {
    const store = await start({ maxQueuedWrites: MAX_BLOCKED + 1 });
    const peers = Array.from({ length: MAX_BLOCKED }, (_, index) => user(`peer-${index}`));
    const outcomes = await store.write([...peers.map((peer) => block(A, peer, true)), block(A, B, true)]);
    expect(outcomes.filter(({ kind }) => kind === 'noted')).toHaveLength(MAX_BLOCKED);
    expect(outcomes.at(-1)).toEqual({ kind: 'too_many' });
    const [first = B] = peers;
    expect(await store.write([block(A, first, true), message(B, A), message(first, A)])).toMatchObject([
      NOTED,
      { kind: 'stored' },
      NOT_TAKEN,
    ]);
    expect(await store.write([block(A, first, false), block(A, B, true), message(B, A)])).toEqual([
      NOTED,
      NOTED,
      NOT_TAKEN,
    ]);
    expect((await store.read.cards([A]))[0]?.blocked).toHaveLength(MAX_BLOCKED);
  });

  it('stores messages to anyone, or only to who was ever online where only known users get any', async () => {
    const anyone = await start();
    expect(await one(anyone, message(A, B))).toMatchObject({ kind: 'stored' });
    const store = await start({ knownRecipientsOnly: true });
    await store.write([profile(B, { nickname: 'b' }), block(B, C, true), message(B, A)]);
    expect(await store.write([message(A, B), message(A, user('nobody'))])).toEqual([NOT_TAKEN, NOT_TAKEN]);
    expect(await store.write([seen(B, 0), message(A, B, 'x'), message(C, B)])).toMatchObject([
      NOTED,
      { seq: 1 },
      NOT_TAKEN,
    ]);
    expect(await store.write([confirm(A, 'phone', 0, 7), message(B, A)])).toMatchObject([{}, { seq: 2 }]);
    expect(await one(store, message(A, user('nobody'), 'x'))).toEqual({ kind: 'conflict' });
  });
}
