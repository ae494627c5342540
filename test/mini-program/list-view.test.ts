import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createListView, type Measures } from '../../mini-program-client/miniprogram/components/message-list/list-view';
import type { Changes } from '../../mini-program-client/miniprogram/model/paths';
import type { Row } from '../../mini-program-client/miniprogram/model/rows';
import { atEnd } from '../support/meanwhile.js';

const MEASURES: Measures = { height: 1000, scrollTop: 5000, scrollHeight: 6000, blocks: new Map() };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A list at its end, not looked at yet; its view does at once what it is told. */
function openList() {
  const changes: Changes[] = [];
  const rows: Row[] = [];
  const say = (text: string) => {
    rows.push(rowOf(text));
    view.refresh();
  };
  const screen = {
    set: (change: Changes, done: () => void) => {
      changes.push(change);
      done();
    },
    measure: (done: (measures: Measures) => void) => done(MEASURES),
  };
  const view = createListView(screen, {
    blocks: () => ({ order: ['b0', 'loose'], rows: (name) => (name === 'b0' ? [...rows] : []) }),
    hasOlder: () => false,
    older: () => Promise.resolve(),
    onBottom: () => {},
  });
  atEnd(() => view.end());
  say('one');
  view.scrolled({ scrollTop: 5000, scrollHeight: 6000 });
  changes.length = 0;
  return { view, changes, say, wentToEnd: () => changes.some(({ into }) => into !== undefined) };
}

function rowOf(text: string): Row {
  const message = { kind: 'message', mine: false, first: true, last: true, time: '', state: '' } as const;
  return { ...message, key: text, text, recalled: false, userId: 'B', name: 'b', picture: '' };
}

describe('a list at its end', () => {
  it('goes along with what is said', () => {
    const { say, wentToEnd } = openList();
    say('two');
    expect(wentToEnd()).toBe(true);
  });

  it('goes along when it has grown before it is heard that it was scrolled', () => {
    const { view, say, wentToEnd } = openList();
    vi.runOnlyPendingTimers();
    view.scrolled({ scrollTop: 5000, scrollHeight: 6500 });
    say('two');
    expect(wentToEnd()).toBe(true);
  });

  it('lets go who scrolls up, be it little by little and before the first look', () => {
    const { view, say, wentToEnd } = openList();
    for (const scrollTop of [4980, 4960, 4940]) view.scrolled({ scrollTop, scrollHeight: 6000 });
    say('two');
    expect(view.isAtBottom()).toBe(false);
    expect(wentToEnd()).toBe(false);
  });

  it('goes along again with who wants to be there, wherever the way down begins', () => {
    const { view, say, changes, wentToEnd } = openList();
    for (const scrollTop of [4000, 0]) view.scrolled({ scrollTop, scrollHeight: 6000 });
    view.toBottom();
    for (const scrollTop of [100, 2000]) view.scrolled({ scrollTop, scrollHeight: 6000 });
    changes.length = 0;
    say('two');
    expect(wentToEnd()).toBe(true);
  });

  it('is left alone when nothing has changed', () => {
    const { view, changes } = openList();
    view.refresh();
    expect(changes).toEqual([]);
  });
});
