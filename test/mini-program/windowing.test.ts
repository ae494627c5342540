import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  correction,
  type Extent,
  lastBlocks,
  MAX_BLOCKS,
  type Window,
  windowFor,
} from '../../mini-program-client/miniprogram/model/windowing';

/** Blocks of so many px, seen from `scrollTop`. */
function extents(heights: readonly number[], scrollTop: number): Extent[] {
  let top = -scrollTop;
  return heights.map((height) => {
    const extent = { top, bottom: top + height };
    top += height;
    return extent;
  });
}

const even = (count: number, scrollTop: number) => extents(Array<number>(count).fill(1000), scrollTop);

describe('the window', () => {
  it('opens at the end', () => {
    expect(lastBlocks(250)).toEqual({ from: 250 - MAX_BLOCKS, to: 250 });
    expect(lastBlocks(3)).toEqual({ from: 0, to: 3 });
  });

  it('stays where it is while what is seen is in it', () => {
    const before = { from: 100, to: 109 };
    expect(windowFor(even(250, 104_500), 800, before)).toEqual(before);
    expect(windowFor(even(250, 103_000), 800, before)).toEqual(before);
  });

  it('moves by no more than it has to', () => {
    expect(windowFor(even(250, 99_900), 800, { from: 100, to: 109 })).toEqual({ from: 99, to: 108 });
  });

  it('goes to where people have flung it', () => {
    expect(windowFor(even(250, 20_000), 800, { from: 241, to: 250 })).toEqual({ from: 19, to: 22 });
  });

  it('takes in a few at a time of those whose height nobody knows yet', () => {
    const heights = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 1000, 1000];
    expect(windowFor(extents(heights, 300), 800, { from: 10, to: 13 })).toEqual({ from: 8, to: 13 });
  });

  it('stays where nothing can be seen', () => {
    expect(windowFor([], 800, { from: 0, to: 0 })).toEqual({ from: 0, to: 0 });
    expect(windowFor(even(3, 50_000), 800, { from: 0, to: 3 })).toEqual({ from: 0, to: 3 });
  });

  it('has all that is seen and never more than there is room for, wherever people scroll', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 600, max: 4000 }), { minLength: 1, maxLength: 60 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (heights, places) => {
          const height = 800;
          const total = heights.reduce((sum, value) => sum + value, 0);
          let window: Window = lastBlocks(heights.length);
          for (const place of places) {
            const all = extents(heights, place * Math.max(0, total - height));
            window = windowFor(all, height, window);
            expect(window.to - window.from).toBeLessThanOrEqual(MAX_BLOCKS);
            all.forEach(({ top, bottom }, index) => {
              if (bottom > 0 && top < height) expect(index >= window.from && index < window.to).toBe(true);
            });
          }
        },
      ),
    );
  });
});

it('a message is in a block by its number', () => {
  expect([1, 19, 20, 39, 40].map(blockOf)).toEqual([0, 0, 1, 1, 2]);
});

describe('what came in above', () => {
  it('is scrolled by where the platform has let everything slip, and not where it has held it', () => {
    expect(correction(1200, 1200)).toBe(1200);
    expect(correction(1200, 0)).toBe(0);
  });

  it('is told from what people scroll meanwhile', () => {
    expect(correction(1200, 1140)).toBe(1200);
    expect(correction(1200, -60)).toBe(0);
  });
});
