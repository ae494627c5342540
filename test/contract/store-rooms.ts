import { expect, it } from 'vitest';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import { A, B, C, inRoom, message, PAGE, profile, recall, room, stored } from './store-words.js';

const HALL = room('大厅');
const YARD = room('yard');

/** What the `MessageStore` port promises of rooms. */
export function roomsContract(start: () => Promise<MessageStore>): void {
  it('numbers each room 1, 2, 3 … and gives its messages no inbox numbers', async () => {
    const store = await start();
    const outcomes = stored(await store.write([inRoom(A, HALL), inRoom(B, HALL), inRoom(A, YARD), message(A, B)]));
    expect(outcomes.map(({ seq, cursor, recipientCursor }) => [seq, cursor, recipientCursor])).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [1, 0, 0],
      [1, 1, 1],
    ]);
    expect(outcomes[0]).not.toHaveProperty('toUserId');
    expect(new Set(outcomes.map(({ messageId }) => messageId)).size).toBe(4);
    expect(await store.write([inRoom(C, HALL)])).toMatchObject([{ seq: 3 }]);
    expect(await store.read.user(A)).toMatchObject({ head: 1 });
    expect(await store.read.broadcasts({ ...PAGE, after: 0 })).toMatchObject({ items: [], head: 0 });
  });

  it('shows what follows in a room as it was stored, lowest first, page by page', async () => {
    const store = await start();
    const content = '{"b": 1, "a": "é"}';
    const [first] = stored(await store.write([{ ...inRoom(A, HALL, 'x'), content, sentAt: 7 }, inRoom(B, HALL)]));
    await store.write([inRoom(A, YARD), inRoom(A, HALL)]);
    const page = await store.read.room({ ...PAGE, room: HALL, after: 0 });
    expect(page).toMatchObject({ head: 3, floor: 0, items: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] });
    const messageId = first?.messageId;
    expect(page.items[0]).toEqual({ messageId, seq: 1, room: HALL, fromUserId: A, content, sentAt: 7, id: 'x' });
    expect(page.items[1]).not.toHaveProperty('id');
    const seqs = async (after: number, limit: number, maxBytes: number) =>
      (await store.read.room({ room: HALL, after, limit, maxBytes })).items.map(({ seq }) => seq);
    expect(await seqs(1, 1, 1000)).toEqual([2]);
    expect(await seqs(0, 9, 26)).toEqual([1, 2]);
    expect(await seqs(3, 9, 1000)).toEqual([]);
  });

  it('shows a room newest first, page by page, with the profiles of those who wrote, each once', async () => {
    const store = await start();
    await store.write([
      profile(A, { nickname: '小明' }),
      profile(B, { avatar: 'cat.png' }),
      profile(C, { nickname: 'C' }),
    ]);
    await store.write([inRoom(B, HALL), inRoom(A, HALL), inRoom(B, HALL), inRoom(A, HALL), inRoom(C, YARD)]);
    const all = await store.read.roomHistory({ ...PAGE, room: HALL });
    expect(all.items.map(({ seq, fromUserId }) => [seq, fromUserId])).toEqual([
      [4, A],
      [3, B],
      [2, A],
      [1, B],
    ]);
    expect(all.members).toEqual([
      { userId: A, profile: { nickname: '小明' } },
      { userId: B, profile: { avatar: 'cat.png' } },
    ]);
    const last = await store.read.roomHistory({ ...PAGE, room: HALL, limit: 1 });
    expect(last).toMatchObject({ items: [{ seq: 4 }], members: [{ userId: A }], more: true });
    await store.write([profile(B, { avatar: '' })]);
    const rest = await store.read.roomHistory({ ...PAGE, room: HALL, before: 2 });
    expect(rest).toMatchObject({ items: [{ seq: 1 }], members: [], more: false });
  });

  it('counts the bytes of each author’s profile once on a page', async () => {
    const store = await start();
    await store.write([profile(A, { avatar: 'x'.repeat(500) }), profile(B, { avatar: 'y'.repeat(500) })]);
    await store.write([inRoom(B, HALL), inRoom(A, HALL), inRoom(A, HALL), inRoom(A, HALL)]);
    const page = { ...PAGE, room: HALL };
    expect((await store.read.roomHistory({ ...page, maxBytes: 900 })).items).toHaveLength(3);
    expect((await store.read.roomHistory({ ...page, maxBytes: 1_100 })).items).toHaveLength(4);
  });

  it('has nothing in a room it never heard of', async () => {
    const store = await start();
    expect(await store.read.room({ ...PAGE, room: HALL, after: 0 })).toEqual({ items: [], head: 0, floor: 0 });
    expect(await store.read.roomHistory({ ...PAGE, room: HALL })).toEqual({ items: [], members: [], more: false });
  });

  it('stores one (sender, id) once in a room, and declines it for another room, kind or content', async () => {
    const store = await start();
    const [first, again] = stored(await store.write([inRoom(A, HALL, 'x'), { ...inRoom(A, HALL, 'x'), sentAt: 99 }]));
    expect(again).toEqual({ ...first, duplicate: true });
    const outcomes = await store.write([
      inRoom(A, HALL, 'x'),
      inRoom(A, YARD, 'x'),
      inRoom(A, room('elsewhere'), 'x'),
      { ...inRoom(A, HALL, 'x'), content: '"other"' },
      message(A, B, 'x'),
      { ...message(A, B, 'x'), kind: 'broadcast' },
      inRoom(B, HALL, 'x'),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'stored',
      ...['conflict', 'conflict', 'conflict', 'conflict', 'conflict'],
      'stored',
    ]);
    expect(outcomes).toMatchObject([{ duplicate: true, seq: 1 }, {}, {}, {}, {}, {}, { duplicate: false, seq: 2 }]);
    expect(await store.write([message(A, B, 'y'), inRoom(A, HALL, 'y')])).toMatchObject([{}, { kind: 'conflict' }]);
    expect(await store.read.room({ ...PAGE, room: YARD, after: 0 })).toMatchObject({ head: 0 });
  });

  it('recalls nothing in a room', async () => {
    const store = await start();
    const [sent] = stored(await store.write([inRoom(A, HALL)]));
    expect(await store.write([recall(A, sent?.messageId ?? '')])).toEqual([{ kind: 'not_found' }]);
  });

  it('removes the oldest of a room with the rest, raises its floor, keeps its head, and forgets the ids', async () => {
    const store = await start();
    const at = (sentAt: number, id: string) => ({ ...inRoom(A, HALL, id), sentAt });
    await store.write([at(1, 'a'), { ...message(A, B), sentAt: 2 }, at(3, 'b'), at(4, 'c')]);
    expect(await store.removeSentBefore(4, 2)).toBe(2);
    expect(await store.read.room({ ...PAGE, room: HALL, after: 0 })).toMatchObject({
      items: [{ seq: 2 }, { seq: 3 }],
      head: 3,
      floor: 1,
    });
    expect(await store.removeSentBefore(5, 100)).toBe(2);
    expect(await store.read.room({ ...PAGE, room: HALL, after: 0 })).toEqual({ items: [], head: 3, floor: 3 });
    expect(await store.write([at(9, 'a')])).toMatchObject([{ seq: 4, duplicate: false }]);
  });
}
