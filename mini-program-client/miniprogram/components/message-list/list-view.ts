import { type Blocks, LOOSE } from '../../model/blocks';
import { type Changes, listChanges } from '../../model/paths';
import type { Row } from '../../model/rows';
import { correction, type Extent, lastBlocks, type Window, windowFor } from '../../model/windowing';

/** What lies in the view now, in px from the upper edge of what is seen. */
export interface Measures {
  readonly height: number;
  readonly scrollTop: number;
  readonly scrollHeight: number;
  readonly blocks: ReadonlyMap<string, Extent>;
}

/** As a scroll event tells it. */
export interface Scrolled {
  readonly scrollTop: number;
  readonly scrollHeight: number;
}

/** The view: it takes changes, and says where things are. */
export interface Screen {
  set(changes: Changes, done: () => void): void;
  measure(done: (measures: Measures) => void): void;
}

/** What is to be shown. */
export interface Source {
  blocks(): Blocks;
  hasOlder(): boolean;
  older(): Promise<void>;
  /** People see the end of it now, or do not any more. */
  onBottom(isAtBottom: boolean): void;
}

/** Moves a conversation into the view and keeps it there: by what differs, in a window, and without a jump. */
export interface ListView {
  /** What is to be shown may have changed. */
  refresh(): void;
  /** The view has been scrolled, by people or by us. */
  scrolled(to: Scrolled): void;
  /** The room for it has changed. */
  resized(): void;
  toBottom(): void;
  /** What comes before could not be loaded; somebody wants it tried again. */
  retry(): void;
  isAtBottom(): boolean;
  end(): void;
}

/** So near is at the bottom. */
const NEAR_PX = 48;
/** As often as this while people scroll. */
const LOOK_EVERY_MS = 80;

export function createListView(screen: Screen, source: Source): ListView {
  let order: readonly string[] = [];
  let window: Window = { from: 0, to: 0 };
  const shown = new Map<string, readonly Row[]>();
  const heights = new Map<string, number>();
  let atBottom = true;
  let isBusy = false;
  let isDue = false;
  let isLoading = false;
  let hasFailed = false;
  let isEnded = false;
  let ends = 0;
  /** Of the list, when it was measured last. */
  let height = 0;
  /** How far down it has been while at its end. */
  let deepest = 0;
  let top = '';
  let looking: ReturnType<typeof setTimeout> | null = null;

  function refresh(): void {
    if (isBusy || isEnded) {
      isDue = true;
      return;
    }
    const now = source.blocks();
    const names = numbered(now.order);
    const [first] = numbered(order);
    go(now, windowAfter(names.length, first === undefined ? -1 : names.indexOf(first)));
  }

  /** Where the window is after the list has grown by so many blocks above. */
  function windowAfter(count: number, grown: number): Window {
    if (grown < 0 || atBottom) return lastBlocks(count);
    return { from: window.from + grown, to: Math.min(window.to + grown, count) };
  }

  /** To another window, or to other lines in it. */
  function go(now: Blocks, next: Window): void {
    const names = numbered(now.order);
    const gone = Array.from(shown.keys()).filter((name) => name !== LOOSE && !isIn(names, next, name));
    const inside = names.slice(next.from, next.to);
    const anchor = inside.find((name) => shown.has(name));
    const growsAbove = anchor !== undefined && (anchor !== inside[0] || hasNewFront(now, anchor));
    const done = () => (atBottom ? scrollToEnd(settle) : settle());
    isBusy = true;
    if (!growsAbove && gone.length === 0) return paint(now, next, gone, done);
    screen.measure((measures) => {
      for (const name of gone) heights.set(name, heightOf(measures, name));
      paint(now, next, gone, growsAbove && !atBottom ? () => hold(measures, anchor) : done);
    });
  }

  function hasNewFront(now: Blocks, name: string): boolean {
    const [row] = shown.get(name) || [];
    const [next] = now.rows(name);
    return !!row && !!next && row.key !== next.key;
  }

  function paint(now: Blocks, next: Window, gone: readonly string[], done: () => void): void {
    const changes: Changes = {};
    const names = numbered(now.order);
    if (order.join() !== now.order.join()) changes.order = now.order;
    for (const name of Array.from(shown.keys())) {
      if (now.order.includes(name) && !gone.includes(name)) continue;
      shown.delete(name);
      changes[`blocks.${name}`] = [];
      changes[`heights.${name}`] = heights.get(name) || 0;
    }
    for (const name of names.slice(next.from, next.to).concat(LOOSE)) show(name, now.rows(name), changes);
    order = now.order;
    window = next;
    if (Object.keys(changes).length === 0 && top === topState()) return settle();
    top = topState();
    changes.isEmpty = order.length === 1 && now.rows(LOOSE).length === 0;
    changes.top = top;
    screen.set(changes, done);
  }

  function show(name: string, rows: readonly Row[], changes: Changes): void {
    const before = shown.get(name);
    if (!before) {
      changes[`blocks.${name}`] = rows;
      changes[`heights.${name}`] = 0;
      heights.delete(name);
    } else {
      Object.assign(changes, listChanges(`blocks.${name}`, before, rows));
    }
    shown.set(name, rows);
  }

  function topState(): string {
    if (hasFailed) return 'failed';
    if (source.hasOlder()) return 'more';
    return order.length > 1 ? 'whole' : 'none';
  }

  /** What is seen stays where it is, also where the platform does not see to that. */
  function hold(before: Measures, anchor: string): void {
    screen.measure((after) => {
      const was = extentOf(before, anchor).bottom;
      const is = extentOf(after, anchor).bottom;
      const grownBy = after.scrollHeight - before.scrollHeight;
      const by = correction(grownBy, is - was);
      if (by === 0) settle();
      else screen.set({ scrollTop: after.scrollTop + by }, settle);
    });
  }

  function settle(): void {
    isBusy = false;
    if (isDue) {
      isDue = false;
      refresh();
    } else if (looking === null) {
      lookSoon();
    }
  }

  function lookSoon(): void {
    if (looking !== null || isEnded) return;
    looking = setTimeout(() => {
      looking = null;
      look();
    }, LOOK_EVERY_MS);
  }

  /** Brings in what people come near to. */
  function look(): void {
    if (isBusy) return lookSoon();
    screen.measure((measures) => {
      if (isEnded || isBusy || measures.height === 0) return;
      height = measures.height;
      noticeBottom(measures);
      const names = numbered(order);
      const next = windowFor(
        names.map((name) => extentOf(measures, name)),
        measures.height,
        window,
      );
      loadNear(measures, names[0]);
      if (next.from !== window.from || next.to !== window.to) go(source.blocks(), next);
    });
  }

  function noticeBottom(at: Scrolled & { readonly height: number }): void {
    const isNear = at.scrollHeight - at.scrollTop - at.height < NEAR_PX;
    if (isNear === atBottom) return;
    atBottom = isNear;
    source.onBottom(atBottom);
  }

  /**
   * Who scrolls away is let go at once: a change that comes before the next look would take people back to the end. Only
   * people go up; that the end is further away is also told when the list has grown.
   */
  function scrolled({ scrollTop, scrollHeight }: Scrolled): void {
    deepest = atBottom ? Math.max(deepest, scrollTop) : 0;
    if (atBottom && deepest - scrollTop >= NEAR_PX) noticeBottom({ scrollTop, scrollHeight, height });
    lookSoon();
  }

  function loadNear(measures: Measures, first: string | undefined): void {
    const top = first === undefined ? 0 : extentOf(measures, first).top;
    // What is there already comes into the view first.
    if (top < -1.5 * measures.height || window.from > 0 || hasFailed) return;
    load();
  }

  function load(): void {
    if (isLoading || !source.hasOlder()) return;
    isLoading = true;
    hasFailed = false;
    const done = (failed: boolean) => {
      isLoading = false;
      hasFailed = failed;
      refresh();
    };
    source.older().then(
      () => done(false),
      () => done(true),
    );
  }

  /** Two ends by turns: a place that the view was told before is not gone to again. */
  function scrollToEnd(done: () => void): void {
    ends += 1;
    atBottom = true;
    screen.set({ into: `end${ends % 2}`, isReady: true }, done);
    source.onBottom(true);
  }

  return {
    refresh,
    scrolled,
    resized: () => {
      deepest = 0;
      if (atBottom) scrollToEnd(lookSoon);
      else lookSoon();
    },
    toBottom: () => {
      atBottom = true;
      refresh();
      scrollToEnd(lookSoon);
    },
    retry: () => {
      hasFailed = false;
      refresh();
      lookSoon();
    },
    isAtBottom: () => atBottom,
    end: () => {
      isEnded = true;
      if (looking !== null) clearTimeout(looking);
    },
  };
}

/** Those with a place. */
function numbered(order: readonly string[]): readonly string[] {
  return order.filter((name) => name !== LOOSE);
}

function isIn(names: readonly string[], { from, to }: Window, name: string): boolean {
  const index = names.indexOf(name);
  return index >= from && index < to;
}

function extentOf({ blocks }: Measures, name: string): Extent {
  return blocks.get(name) || { top: 0, bottom: 0 };
}

function heightOf(measures: Measures, name: string): number {
  const { top, bottom } = extentOf(measures, name);
  return bottom - top;
}
