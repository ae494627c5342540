import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceRing } from '../../../src/messaging/trace/trace-ring.js';
import { oneOfWeighted, runs, sequencesOf } from '../../support/sequences.js';

const PHONE = { id: 's1', userId: 'B', device: 'phone' };

function ringOf(size: number) {
  let now = 1_000;
  const ring = new TraceRing(size, { now: () => now });
  return {
    ring,
    pass: (ms: number) => {
      now += ms;
    },
    numbers: () => [...ring.lines()].map(({ number }) => number),
  };
}

describe('the ring of a trace', () => {
  it('has every line with all that was said, oldest first', () => {
    const { ring, pass } = ringOf(10);
    ring.push(PHONE, 7);
    ring.written();
    pass(5);
    ring.note('published', { userId: 'room:hall', device: '', id: '' }, 3, 12);
    expect([...ring.lines()]).toEqual([
      { kind: 'pushed', at: 1_000, userId: 'B', device: 'phone', sessionId: 's1', number: 7, count: 0 },
      { kind: 'published', at: 1_005, userId: 'room:hall', device: '', sessionId: '', number: 3, count: 12 },
    ]);
  });

  it('times pushes when they have gone out, and nothing else anew', () => {
    const { ring, pass } = ringOf(10);
    ring.push(PHONE, 1);
    ring.note('slow', PHONE);
    ring.push(PHONE, 2);
    expect([...ring.lines()].map(({ at }) => at)).toEqual([0, 1_000, 0]);
    pass(5);
    ring.written();
    pass(5);
    ring.written();
    expect([...ring.lines()].map(({ at }) => at)).toEqual([1_005, 1_000, 1_005]);
  });

  it('says since when it is whole: since it began, until it is full', () => {
    const { ring, pass } = ringOf(2);
    for (const number of [1, 2]) {
      expect(ring.since).toBe(1_000);
      pass(10);
      ring.push(PHONE, number);
      ring.written();
    }
    expect(ring.since).toBe(1_010);
    ring.push(PHONE, 3);
    expect(ring.since).toBe(1_020);
  });

  it('keeps the newest lines, as many as it has room for, whatever happened', () => {
    const step = oneOfWeighted({ push: 3, note: 2, written: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), sequencesOf(step, 60), (size, steps) => {
        const { ring, numbers } = ringOf(size);
        const model: number[] = [];
        for (const [number, what] of steps.entries()) {
          if (what === 'written') ring.written();
          else model.push(number);
          if (what === 'push') ring.push(PHONE, number);
          if (what === 'note') ring.note('confirmed', PHONE, number);
        }
        expect(numbers()).toEqual(model.slice(-size));
        ring.written();
        expect([...ring.lines()].every(({ at }) => at === 1_000)).toBe(true);
      }),
      runs(300),
    );
  });
});
