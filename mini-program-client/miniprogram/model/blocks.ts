import type { Entry, Thread } from './entries';
import { type Notice, noticeRow, type Row, type RowContext, rowsOf, withNotices } from './rows';
import { blockOf } from './windowing';

/** A conversation in blocks, for the view: by number, and last what has no number yet. */
export interface Blocks {
  /** The names of the blocks, in their order. */
  readonly order: readonly string[];
  /** The lines of one of them. */
  rows(name: string): readonly Row[];
}

export const LOOSE = 'loose';

export function blocksOf({ placed, loose }: Thread, notices: readonly Notice[], context: RowContext): Blocks {
  const starts = new Map<string, number>();
  placed.forEach((entry, index) => {
    const name = nameOf(entry.seq);
    if (!starts.has(name)) starts.set(name, index);
  });
  const order = Array.from(starts.keys()).concat(LOOSE);

  function entriesOf(name: string): { entries: readonly Entry[]; before: Entry | undefined; after: Entry | undefined } {
    if (name === LOOSE) return { entries: loose, before: placed[placed.length - 1], after: undefined };
    const from = starts.get(name) || 0;
    const following = starts.get(order[order.indexOf(name) + 1] || '');
    const to = following === undefined ? placed.length : following;
    return { entries: placed.slice(from, to), before: placed[from - 1], after: placed[to] || loose[0] };
  }

  return {
    order,
    rows: (name) => {
      const { entries, before, after } = entriesOf(name);
      const rows = withNotices(rowsOf(entries, before, after, context), entries, notices);
      // Where nothing was said yet, what happened stands by itself.
      const early = name === LOOSE && placed.length === 0 ? notices.map(noticeRow) : [];
      return early.concat(rows);
    },
  };
}

function nameOf(seq: number): string {
  return `b${blockOf(seq)}`;
}
