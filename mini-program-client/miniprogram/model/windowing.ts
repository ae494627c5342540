/**
 * Which part of a long conversation is in the view. Messages lie there in blocks; a block that is far from what people see
 * keeps its height and nothing else, so nothing moves when it goes or comes back.
 */

/** By so many numbers; the view never holds more than `MAX_BLOCKS` of them. */
export const BLOCK_SIZE = 20;
/** 200 messages: the nine blocks below, and one for what has no number yet. */
export const MAX_BLOCKS = 9;

const MOST_UNKNOWN = 2;

/** Where a block is, in px from the upper edge of what is seen. */
export interface Extent {
  readonly top: number;
  readonly bottom: number;
}

/** Blocks from `from` up to but without `to`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK_SIZE);
}

/** The last ones, where a conversation opens. */
export function lastBlocks(count: number): Window {
  return { from: Math.max(0, count - MAX_BLOCKS), to: count };
}

/**
 * What is to be in the view: all that is seen, and about as much again above and below. What is there already stays as long
 * as there is room, so that going back and forth changes nothing.
 */
export function windowFor(extents: readonly Extent[], height: number, before: Window): Window {
  const count = extents.length;
  const seen = extents.map(({ top, bottom }) => bottom > -height && top < 2 * height);
  const first = seen.indexOf(true);
  if (first === -1) return clamp(before, count);
  const last = seen.lastIndexOf(true);
  // Those that were never in the view have no height yet, and all lie on one another: a few of them at a time.
  const known = extents.findIndex(({ top, bottom }, index) => seen[index] === true && bottom > top);
  const wanted = narrow({ from: Math.max(first, known - MOST_UNKNOWN), to: last + 1 }, extents, height);
  // What was there before and touches it.
  const joined =
    before.from <= wanted.to && before.to >= wanted.from
      ? { from: Math.min(before.from, wanted.from), to: Math.max(before.to, wanted.to) }
      : wanted;
  return clamp(trim(joined, wanted), count);
}

/** Small blocks on a tall screen: the outermost go until it is few enough. */
function narrow(window: Window, extents: readonly Extent[], height: number): Window {
  let { from, to } = window;
  while (to - from > MAX_BLOCKS) {
    const above = extents[from];
    const below = extents[to - 1];
    if (above && below && -above.bottom > below.top - height) from += 1;
    else to -= 1;
  }
  return { from, to };
}

/** Down to what there is room for, from the side that is farther away. */
function trim({ from, to }: Window, wanted: Window): Window {
  const result = { from, to };
  while (result.to - result.from > MAX_BLOCKS) {
    if (wanted.from - result.from > result.to - wanted.to) result.from += 1;
    else result.to -= 1;
  }
  return result;
}

function clamp({ from, to }: Window, count: number): Window {
  const end = Math.min(Math.max(to, 0), count);
  return { from: Math.max(0, Math.min(from, end)), to: end };
}

/**
 * How far the list has to be scrolled by itself after something came in above: by nothing where the platform has kept what
 * is seen in its place, by all of it where it has not. People may have scrolled a little meanwhile.
 */
export function correction(grownBy: number, movedBy: number): number {
  return grownBy > 1 && movedBy > grownBy / 2 ? grownBy : 0;
}
