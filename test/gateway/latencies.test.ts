import { expect, it } from 'vitest';
import { Latencies } from '../../src/gateway/latencies.js';

it('ephemeral messages of one turn are timed together, each from when it was sent', () => {
  let now = 1_000;
  const latencies = new Latencies({ now: () => now, monotonicMs: () => 0 });
  latencies.deliveredEphemeral(1_000, 1);
  latencies.deliveredEphemeral(1_000, 2);
  latencies.deliveredEphemeral(1_003, 4);
  now = 1_004;
  latencies.written();
  now = 9_000;
  latencies.written();
  latencies.deliveredEphemeral(9_000, 8);
  latencies.written();
  const { bounds, counts, sum } = latencies.ephemerals;
  const found = [0, ...bounds].map((bound, place) => [bound, counts[place]]).filter(([, count]) => count !== 0);
  // By the bound below each: 8 and 4 up to a millisecond, 3 above 2 ms.
  expect(found).toEqual([
    [0, 12],
    [0.002, 3],
  ]);
  expect(sum).toBeCloseTo(3 * 0.004 + 4 * 0.001);
});
