import { describe, expect, it } from 'vitest';
import { between, type Figures, figuresFrom, quantile, total } from '../../src/console/web/operate/figures.js';
import { History, KEPT_MS } from '../../src/console/web/operate/history.js';

const BOUNDS = [0.001, 0.01, 0.1];

interface Counted {
  readonly since?: number;
  readonly sent?: number;
  readonly acks?: readonly number[];
}

/** An answer of the server at this moment. */
function answer(at: number, { since = 1, sent = 0, acks = [0, 0, 0, 0] }: Counted = {}) {
  const one = (name: string, value: number, labels = {}) => ({ name, kind: 'gauge', values: [{ value, labels }] });
  return {
    since,
    at,
    figures: [
      {
        name: 'minim_sessions',
        kind: 'gauge',
        values: [
          { value: 3, labels: { kind: 'full', state: 'live' } },
          { value: 2, labels: { kind: 'plain', state: 'live' } },
        ],
      },
      one('minim_store_queued_writes', 7),
      one('minim_frames_sent_total', sent, { type: 'message' }),
      { name: 'minim_ack_seconds', kind: 'histogram', bounds: BOUNDS, counts: acks, sum: 1 },
    ],
  };
}

function look(at: number, counted: Counted = {}): Figures {
  const figures = figuresFrom(answer(at, counted));
  if (figures === undefined) throw new Error('an answer that is not understood');
  return figures;
}

describe('figures', () => {
  it('are added up over all labels, or over those with some', () => {
    expect(total(look(1), 'minim_sessions')).toBe(5);
    expect(total(look(1), 'minim_sessions', { kind: 'plain' })).toBe(2);
    expect(total(look(1), 'minim_of_later')).toBe(0);
  });

  it.each([undefined, 'text', [], {}, { figures: [] }, { since: '1', at: 1, figures: [] }])(
    'are none where something else was answered: %j',
    (value) => {
      expect(figuresFrom(value)).toBeUndefined();
    },
  );

  it('that are not understood are left out, and the others stay', () => {
    const odd = [null, 7, { name: 1 }, { name: 'a', values: 'b' }, { name: 'c', bounds: ['x'], counts: [] }];
    const { figures } = answer(1);
    const read = figuresFrom({ since: 1, at: 1, figures: [...odd, ...figures] });
    expect(read && total(read, 'minim_sessions')).toBe(5);
    expect([...(read?.histograms.keys() ?? [])]).toEqual(['minim_ack_seconds']);
  });
});

describe('what lies between two looks', () => {
  const histogram = (counts: readonly number[]) => ({ bounds: BOUNDS, counts });

  it('is what was counted meanwhile, and nothing when counting began anew', () => {
    expect(between(histogram([5, 1, 0, 0]), histogram([5, 4, 1, 0]))?.counts).toEqual([0, 3, 1, 0]);
    expect(between(histogram([5, 0, 0, 0]), histogram([1, 0, 0, 0]))).toBeUndefined();
    expect(between(undefined, histogram([1, 0, 0, 0]))).toBeUndefined();
    expect(between(histogram([1]), histogram([1, 0, 0, 0]))).toBeUndefined();
  });

  it('has quantiles as Prometheus guesses them', () => {
    expect(quantile(0.99, histogram([100, 0, 0, 0]))).toBeCloseTo(0.000_99);
    expect(quantile(0.5, histogram([0, 10, 0, 0]))).toBeCloseTo(0.005_5);
    expect(quantile(0.99, histogram([90, 0, 10, 0]))).toBeCloseTo(0.091);
    expect(quantile(0.99, histogram([90, 0, 0, 10])), 'above all bounds').toBe(0.1);
    expect(quantile(0.99, histogram([0, 0, 0, 0]))).toBeUndefined();
  });
});

describe('the last minutes', () => {
  it('show what happened a second, and how long it took meanwhile', () => {
    const history = new History();
    history.add(look(10_000, { sent: 100, acks: [1_000, 0, 0, 0] }));
    expect(history.latest).toMatchObject({ sessions: 5, writes: 7, went: undefined, ack: undefined });
    history.add(look(12_000, { sent: 130, acks: [1_000, 0, 20, 0] }));
    expect(history.latest?.went).toBe(15);
    expect(history.latest?.ack).toBeCloseTo(0.099_1);
  });

  it('show no rates over a restart, and go on behind it', () => {
    const history = new History();
    history.add(look(10_000, { since: 1, sent: 100 }));
    history.add(look(12_000, { since: 11_000, sent: 4 }));
    expect(history.latest).toMatchObject({ at: 12_000, went: undefined });
    history.add(look(14_000, { since: 11_000, sent: 8 }));
    expect(history.latest?.went).toBe(2);
  });

  it('count the same answer once, and none that is older', () => {
    const history = new History();
    for (const at of [10_000, 10_000, 9_000, 12_000]) history.add(look(at));
    expect(history.points.map(({ at }) => at)).toEqual([10_000, 12_000]);
  });

  it('forget what is older than five minutes', () => {
    const history = new History();
    for (let at = 0; at <= 2 * KEPT_MS; at += 2_000) history.add(look(at));
    expect(history.points.length).toBe(KEPT_MS / 2_000);
    expect(history.points[0]?.at).toBe(KEPT_MS + 2_000);
  });
});
