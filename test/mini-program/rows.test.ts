import { describe, expect, it } from 'vitest';
import { blocksOf, LOOSE } from '../../mini-program-client/miniprogram/model/blocks';
import { type Entry, type Placed } from '../../mini-program-client/miniprogram/model/entries';
import { type Row, type RowContext, rowsOf } from '../../mini-program-client/miniprogram/model/rows';
import { untilSendingIsShown } from '../../mini-program-client/miniprogram/model/states';
import { ENGLISH } from '../../mini-program-client/miniprogram/words/en';

const NOON = new Date(2026, 2, 10, 12).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const context: RowContext = {
  ownId: 'A',
  marks: { delivered: 0, read: 0 },
  isRoom: false,
  now: NOON,
  words: ENGLISH,
  readUpTo: 0,
  face: (userId) => ({ name: userId.toLowerCase(), picture: '' }),
};
const of = (seq: number, fromUserId: string, sentAt = NOON): Placed => ({
  key: `m${seq}`,
  messageId: `m${seq}`,
  seq,
  fromUserId,
  text: `text ${seq}`,
  sentAt,
});
const rows = (entries: readonly Entry[], changes: Partial<RowContext> = {}) =>
  rowsOf(entries, undefined, undefined, { ...context, ...changes });
const kinds = (all: readonly Row[]) => all.map(({ kind }) => kind);

describe('lines', () => {
  it('have the day above the first of each day', () => {
    const all = rows([of(1, 'B', NOON - DAY), of(2, 'B', NOON - DAY + MINUTE), of(3, 'B')]);
    expect(kinds(all)).toEqual(['day', 'message', 'message', 'day', 'message']);
    expect(all.filter(({ kind }) => kind === 'day').map(({ text }) => text)).toEqual(['Yesterday', 'Today']);
  });

  it('belong together when one sender wrote them within five minutes', () => {
    const all = rows([
      of(1, 'B'),
      of(2, 'B', NOON + MINUTE),
      of(3, 'A', NOON + MINUTE),
      of(4, 'A', NOON + 10 * MINUTE),
    ]);
    const messages = all.filter(({ kind }) => kind === 'message');
    expect(messages.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('have a line above the first that was not read when the conversation was opened', () => {
    expect(kinds(rows([of(1, 'B'), of(2, 'B'), of(3, 'B')], { readUpTo: 1 }))).toEqual([
      'day',
      'message',
      'unread',
      'message',
      'message',
    ]);
  });

  it('say what was taken back, and by whom', () => {
    const all = rows([
      { ...of(1, 'B'), recalled: true },
      { ...of(2, 'A'), recalled: true },
    ]);
    expect(all.slice(1).map(({ text }) => text)).toEqual(['b took a message back', 'You took a message back']);
  });
});

describe('the state of an own message', () => {
  const state = (entry: Entry, changes: Partial<RowContext> = {}) => rows([entry], changes)[1]?.state;
  const { seq: _, ...loose } = of(5, 'A');

  it('is sent, delivered, and read, as the other side comes', () => {
    expect(state(of(5, 'A'))).toBe('sent');
    expect(state(of(5, 'A'), { marks: { delivered: 5, read: 4 } })).toBe('delivered');
    expect(state(of(5, 'A'), { marks: { delivered: 5, read: 5 } })).toBe('read');
    expect(state({ ...loose, failed: 'forbidden' })).toBe('failed');
  });

  it('is not shown while it is sent for less than 300 ms', () => {
    expect(state(loose, { now: NOON + 299 })).toBe('');
    expect(state(loose, { now: NOON + 300 })).toBe('sending');
  });

  it('is looked at again when it has been sent for 300 ms, and not when there is nothing to wait for', () => {
    const sentAt = (ms: number): Entry => ({ ...loose, sentAt: NOON + ms });
    expect(untilSendingIsShown([sentAt(0)], NOON)).toBe(300);
    expect(untilSendingIsShown([sentAt(0)], NOON + 299)).toBe(1);
    expect(untilSendingIsShown([sentAt(0), sentAt(100), sentAt(-300)], NOON + 100)).toBe(200);
    expect(untilSendingIsShown([sentAt(0), { ...loose, failed: 'forbidden' }], NOON + 300)).toBeNull();
    expect(untilSendingIsShown([], NOON)).toBeNull();
  });

  it('is never more than sent in a room, and nothing of what others say', () => {
    expect(state(of(5, 'A'), { isRoom: true, marks: { delivered: 9, read: 9 } })).toBe('sent');
    expect(state(of(5, 'B'))).toBe('');
  });
});

describe('blocks', () => {
  const placed = Array.from({ length: 45 }, (_, index) => of(index + 30, 'B'));
  const { seq: _, ...waiting } = of(99, 'A');

  it('are named by number, so that older ones change none that is there', () => {
    const now = blocksOf({ placed, loose: [] }, [], context);
    expect(now.order).toEqual(['b1', 'b2', 'b3', LOOSE]);
    const later = blocksOf({ placed: [of(20, 'C'), ...placed.slice(0)], loose: [] }, [], context);
    expect(later.rows('b2')).toEqual(now.rows('b2'));
  });

  it('know what stands in the next one', () => {
    const now = blocksOf({ placed, loose: [{ ...waiting, key: 'own' }] }, [], context);
    expect(now.rows('b1').at(-1)).toMatchObject({ kind: 'message', last: false });
    expect(now.rows('b2')[0]).toMatchObject({ kind: 'message', first: false });
    expect(now.rows(LOOSE)).toMatchObject([{ kind: 'message', key: 'own', mine: true }]);
  });

  it('have what happened in a room behind the message after which it did', () => {
    const notices = [{ key: 'n1', afterSeq: 31, at: NOON, text: 'b came in' }];
    expect(kinds(blocksOf({ placed, loose: [] }, notices, context).rows('b1')).slice(0, 5)).toEqual([
      'day',
      'message',
      'message',
      'notice',
      'message',
    ]);
    expect(blocksOf({ placed: [], loose: [] }, notices, context).rows(LOOSE)).toMatchObject([{ text: 'b came in' }]);
  });
});
