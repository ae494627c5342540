import { expect, it } from 'vitest';
import type { MessageStore, StoreLimits } from '../../src/messaging/ports/message-store.js';
import type { UserId } from '../../src/model/ids.js';
import {
  A,
  B,
  block,
  C,
  confirm,
  erase,
  inRoom,
  message,
  PAGE,
  profile,
  read,
  recall,
  room,
  statusOf,
  stored,
} from './store-words.js';

const hall = room('hall');
const nowhere = { kind: 'erased', more: false };

/** Slice by slice; says how many there were. */
async function erased(store: MessageStore, userId: UserId): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    const [outcome] = await store.write([erase(userId)]);
    if (outcome?.kind !== 'erased') expect.fail(`expected a slice to be erased, got ${JSON.stringify(outcome)}`);
    if (!outcome.more) return slices;
    expect(await store.read.erasing()).toEqual([userId]);
  }
}

/** What the `MessageStore` port promises of erasing a user. */
export function erasingContract(start: (limits?: Partial<StoreLimits>) => Promise<MessageStore>): void {
  it('erases what a user sent: recalled in the inboxes and conversations of others, with all their numbers', async () => {
    const store = await start();
    const [first] = stored(await store.write([message(A, B, '1'), message(B, A), message(A, C), message(A, A)]));
    await erased(store, A);
    const { entries, head, floor } = await store.read.inbox({ ...PAGE, userId: B, after: 0 });
    expect({ head, floor }).toEqual({ head: 2, floor: 0 });
    expect(entries).toMatchObject([
      { kind: 'recalled', cursor: 1, seq: 1, messageId: first?.messageId },
      { kind: 'message', cursor: 2, seq: 2, content: '"hello"' },
    ]);
    expect(JSON.stringify(entries[0])).not.toContain('hello');
    const { items } = await store.read.history({ ...PAGE, userId: B, peerId: A });
    expect(items.map(({ seq, recalled }) => [seq, recalled])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(await statusOf(store, { messageId: first?.messageId ?? '', now: 0 })).toMatchObject({ recalled: true });
    expect(stored(await store.write([message(A, B)]))).toMatchObject([{ seq: 3, cursor: 5, recipientCursor: 3 }]);
  });

  it('leaves of what an erased user said in rooms and to everyone the numbers, and a content that nobody can send', async () => {
    const store = await start();
    const broadcast = { ...message(A, A), kind: 'broadcast' } as const;
    await store.write([inRoom(A, hall), inRoom(B, hall), broadcast, { ...broadcast, fromUserId: B }]);
    await erased(store, A);
    const shown = (items: readonly { seq: number; content: string }[]) =>
      items.map(({ seq, content }) => [seq, content]);
    expect(shown((await store.read.room({ ...PAGE, room: hall, after: 0 })).items)).toEqual([
      [1, '""'],
      [2, '"hello"'],
    ]);
    expect(shown((await store.read.broadcasts({ ...PAGE, after: 0 })).items)).toEqual([
      [1, '""'],
      [2, '"hello"'],
    ]);
    expect(stored(await store.write([inRoom(A, hall), broadcast]))).toMatchObject([{ seq: 3 }, { seq: 3 }]);
  });

  it('erases what is the user’s own: inbox, conversations, devices, read marks, profile, blocks, and that he was here', async () => {
    const store = await start({ knownRecipientsOnly: true });
    await store.write([confirm(A, 'phone', 0, 5), confirm(B, 'phone', 0, 5), message(B, A), message(A, B)]);
    await store.write([confirm(A, 'phone', 1, 6), read(A, B, 1), profile(A, { nickname: 'a', invisible: true })]);
    await store.write([block(A, C, true)]);
    await erased(store, A);
    expect(await store.read.user(A)).toEqual({ head: 2, floor: 2, delivered: 1, devices: [] });
    expect(await store.read.cards([A])).toEqual([{ profile: {}, invisible: false, seenAt: 0, blocked: [] }]);
    expect(await store.read.conversations({ ...PAGE, userId: A })).toEqual({ items: [], more: false });
    const { items, ownRead } = await store.read.history({ ...PAGE, userId: A, peerId: B });
    expect({ items, ownRead }).toEqual({ items: [], ownRead: 0 });
    expect((await store.read.inbox({ ...PAGE, userId: A, after: 0 })).entries).toEqual([]);
    expect(await store.write([message(C, A), message(B, A)])).toEqual([{ kind: 'not_taken' }, { kind: 'not_taken' }]);
  });

  it('begins anew for an erased user who comes back', async () => {
    const store = await start();
    await store.write([message(B, A), message(A, B), block(A, B, true)]);
    await erased(store, A);
    await store.write([message(B, A)]);
    expect(await store.read.user(A)).toMatchObject({ head: 3, floor: 2 });
    const { items } = await store.read.conversations({ ...PAGE, userId: A });
    expect(items).toMatchObject([{ peerId: B, unread: 1, cursor: 3, last: { seq: 3 } }]);
    expect((await store.read.history({ ...PAGE, userId: A, peerId: B })).items).toMatchObject([{ seq: 3 }]);
    expect((await store.read.inbox({ ...PAGE, userId: A, after: 0 })).entries).toMatchObject([{ cursor: 3, seq: 3 }]);
    expect(await store.removeSentBefore(2, 1)).toBe(1);
    expect(await store.read.user(A)).toMatchObject({ head: 3, floor: 2 });
  });

  it('keeps ids of an erased user taken, and recalls as they were', async () => {
    const store = await start();
    const [kept, gone] = stored(await store.write([message(A, B, '1'), message(A, B, '2'), inRoom(A, hall, '3')]));
    const [recalled] = stored(await store.write([recall(A, gone?.messageId ?? '', 'r')]));
    await erased(store, A);
    const again = [message(A, B, '1'), message(A, B, '2'), inRoom(A, hall, '3')];
    expect((await store.write(again)).map(({ kind }) => kind)).toEqual(['conflict', 'conflict', 'conflict']);
    expect(await store.write([recall(A, kept?.messageId ?? ''), recall(A, gone?.messageId ?? '', 'r')])).toEqual([
      { kind: 'not_found' },
      { ...recalled, duplicate: true },
    ]);
  });

  it('knows nothing any more of what an erased user gave where it was changed', async () => {
    const store = await start();
    const changed = [message(A, B, '1'), inRoom(A, hall, '2')].map((write) => ({ ...write, given: '"given"' }));
    await store.write(changed);
    expect(stored(await store.write(changed)).map(({ duplicate }) => duplicate)).toEqual([true, true]);
    await erased(store, A);
    expect((await store.write(changed)).map(({ kind }) => kind)).toEqual(['conflict', 'conflict']);
  });

  it('takes an erasing that is repeated, and one of who was never there, as done', async () => {
    const store = await start();
    await store.write([message(A, B)]);
    expect(await store.write([erase(C), erase(A), erase(A)])).toEqual([nowhere, nowhere, nowhere]);
    expect(await store.read.erasing()).toEqual([]);
    expect(await store.read.user(C)).toMatchObject({ head: 0 });
  });

  it('erases however much there is, slice by slice, and nothing of others', async () => {
    const store = await start({ maxQueuedWrites: 2_000 });
    await store.write(Array.from({ length: 1_100 }, (_, index) => message(index % 10 === 9 ? B : A, C)));
    await store.write([erase(A), message(A, C)]);
    await erased(store, A);
    const { entries } = await store.read.inbox({ ...PAGE, limit: 2_000, userId: C, after: 0 });
    const kept = entries.filter(({ kind }) => kind === 'message').map(({ fromUserId }) => fromUserId);
    expect(entries).toHaveLength(1_101);
    expect(kept.filter((fromUserId) => fromUserId === B)).toHaveLength(110);
  });
}
