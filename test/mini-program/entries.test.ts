import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acked,
  EMPTY_THREAD,
  type Entry,
  type Placed,
  recalled,
  refused,
  type Thread,
  told,
  waiting,
  withPage,
} from '../../mini-program-client/miniprogram/model/entries';

const of = (seq: number): Placed => ({
  key: `m${seq}`,
  messageId: `m${seq}`,
  seq,
  fromUserId: 'B',
  text: `text ${seq}`,
  sentAt: seq,
});
const own = (id: string): Entry => ({ key: id, id, fromUserId: 'A', text: `own ${id}`, sentAt: 1 });
const ack = (id: string, seq: number): Placed => ({ ...own(id), messageId: `m${seq}`, seq });
const upTo = (last: number, from = 1): Thread => {
  let thread = EMPTY_THREAD;
  for (let seq = from; seq <= last; seq++) thread = told(thread, of(seq));
  return thread;
};
const seqs = ({ placed }: Thread) => placed.map(({ seq }) => seq);

describe('what is told in its turn', () => {
  it('follows what was there, and is there once however often it is told', () => {
    expect(seqs(told(upTo(3), of(3)))).toEqual([1, 2, 3]);
    expect(seqs(told(upTo(3), of(4)))).toEqual([1, 2, 3, 4]);
  });

  it('drops what lies before a hole, so that nothing is ever missing between two lines', () => {
    expect(seqs(told(upTo(3), of(7)))).toEqual([7]);
  });

  it('takes the place of an own message that was on its way, under the key that the view knows', () => {
    const thread = told(waiting(upTo(1), own('a')), { ...ack('a', 2), key: 'm2' });
    expect(thread.loose).toEqual([]);
    expect(thread.placed[1]).toMatchObject({ key: 'a', seq: 2, messageId: 'm2' });
  });
});

describe('an own message', () => {
  it('waits below all others until it is acked, and then has its place', () => {
    const waits = told(waiting(upTo(1), own('a')), of(2));
    expect(waits.loose.map(({ key }) => key)).toEqual(['a']);
    expect(seqs(acked(waits, ack('a', 3)))).toEqual([1, 2, 3]);
  });

  it('that is acked before others were told waits for those', () => {
    const early = acked(waiting(upTo(1), own('a')), ack('a', 3));
    expect([seqs(early), early.loose.map(({ seq }) => seq)]).toEqual([[1], [3]]);
    expect(seqs(told(early, of(2)))).toEqual([1, 2, 3]);
    expect(told(early, of(2)).loose).toEqual([]);
  });

  it('begins a conversation', () => {
    expect(seqs(acked(waiting(EMPTY_THREAD, own('a')), ack('a', 1)))).toEqual([1]);
  });

  it('that was refused is kept, and is one message when it is sent again under its id', () => {
    const bad = refused(waiting(upTo(1), own('a')), own('a'), 'forbidden');
    expect(bad.loose).toMatchObject([{ id: 'a', failed: 'forbidden' }]);
    const again = waiting(bad, own('a'));
    expect(again.loose.map(({ failed }) => failed)).toEqual([undefined]);
    expect(acked(again, ack('a', 2)).placed).toHaveLength(2);
  });

  it('that is on its way already is not put on its way twice', () => {
    const thread = waiting(upTo(1), own('a'));
    expect(waiting(thread, own('a')).loose).toHaveLength(1);
    expect(waiting(acked(thread, ack('a', 2)), own('a')).loose).toEqual([]);
  });
});

describe('a recalled message', () => {
  it('has no text any more, and keeps its place', () => {
    const thread = recalled(upTo(3), { ...of(2), text: '' });
    expect(thread.placed[1]).toMatchObject({ seq: 2, text: '', recalled: true });
    expect(seqs(thread)).toEqual([1, 2, 3]);
  });

  it('takes its place where it was never told', () => {
    const thread = recalled(upTo(2), { ...of(3), sentAt: 0, text: '' });
    expect(thread.placed[2]).toMatchObject({ seq: 3, recalled: true, sentAt: 2 });
  });

  it('changes nothing when it is older than what is here', () => {
    expect(recalled(upTo(9, 5), of(2))).toEqual(upTo(9, 5));
  });
});

describe('a page of the history', () => {
  const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => of(from + index));

  it('goes before what is here', () => {
    expect(seqs(withPage(upTo(9, 7), page(4, 6), 7))).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('fills up the end', () => {
    expect(seqs(withPage(upTo(3), page(2, 6)))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes the place of what is here when there is a hole between them', () => {
    expect(seqs(withPage(upTo(3), page(6, 8)))).toEqual([6, 7, 8]);
  });

  it('brings what was recalled meanwhile', () => {
    const thread = withPage(upTo(3), [{ ...of(2), text: '', recalled: true }, of(3)]);
    expect(thread.placed.map(({ text }) => text)).toEqual(['text 1', '', 'text 3']);
  });

  it('brings an own message whose ack was never heard', () => {
    const thread = withPage(waiting(upTo(1), own('a')), [of(1), { ...ack('a', 2), key: 'm2' }]);
    expect([seqs(thread), thread.loose]).toEqual([[1, 2], []]);
  });
});

it('whatever comes in whatever order, nothing is twice there and nothing is missing between the first and the last', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('told' as const), seq: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('acked' as const), seq: fc.integer({ min: 1, max: 12 }) }),
    fc.record({
      kind: fc.constant('page' as const),
      seq: fc.integer({ min: 1, max: 12 }),
      to: fc.integer({ min: 1, max: 12 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let thread = EMPTY_THREAD;
      for (const taken of steps) {
        if (taken.kind === 'told') thread = told(thread, of(taken.seq));
        else if (taken.kind === 'acked')
          thread = acked(waiting(thread, own(`a${taken.seq}`)), ack(`a${taken.seq}`, taken.seq));
        else if (taken.to >= taken.seq) {
          const items = Array.from({ length: taken.to - taken.seq + 1 }, (_, index) => of(taken.seq + index));
          thread = withPage(thread, items, taken.to + 1);
        }
        const numbers = seqs(thread);
        expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
        const keys = [...thread.placed, ...thread.loose].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }
    }),
  );
});
