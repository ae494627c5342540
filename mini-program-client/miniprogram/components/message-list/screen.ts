import type { Extent } from '../../model/windowing';
import type { Measures, Screen } from './list-view';

/** The little that a component instance is needed for. */
interface Instance {
  setData(changes: Record<string, unknown>, done: () => void): void;
  createSelectorQuery(): WechatMiniprogram.SelectorQuery;
}

/** The view of a list, by the selectors of its template. */
export function screenOf(instance: Instance): Screen {
  return {
    set: (changes, done) => instance.setData(changes, done),
    measure: (done) => {
      instance
        .createSelectorQuery()
        .select('#list')
        .boundingClientRect()
        .select('#list')
        .scrollOffset()
        .selectAll('.block')
        .boundingClientRect()
        .exec((answers: unknown[]) => done(measuresOf(answers as Answers)));
    },
  };
}

type Answers = [Rect | null, Offset | null, Rect[] | null];

/** In a page that has gone there is nothing to measure. */
function measuresOf([list, offset, blocks]: Answers): Measures {
  const { top: edge, height } = list || { top: 0, height: 0 };
  const { scrollTop, scrollHeight } = offset || { scrollTop: 0, scrollHeight: 0 };
  const extents = new Map<string, Extent>();
  for (const { id, top, bottom } of blocks || []) extents.set(id, { top: top - edge, bottom: bottom - edge });
  return { height, scrollTop, scrollHeight, blocks: extents };
}

interface Rect {
  readonly id: string;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
}

interface Offset {
  readonly scrollTop: number;
  readonly scrollHeight: number;
}
