import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendRates } from '../../src/gateway/limits/send-rates.js';
import { runs, sequencesOf } from '../support/sequences.js';

const LIMITS = { framesPerS: 10, framesBurst: 5, bytesPerS: 1_000 };

interface Taken {
  readonly at: number;
  readonly bytes: number;
}

/** By how much one more would be too much, of frames or of bytes, in the worst of the stretches of time that end now. */
function excess(taken: readonly Taken[], now: number, byteLength: number): number {
  const { framesPerS, framesBurst, bytesPerS } = LIMITS;
  let [frames, bytes] = [1, byteLength];
  let worst = frames - framesBurst;
  for (const each of taken.toReversed()) {
    frames += 1;
    bytes += each.bytes;
    const passedMs = now - each.at;
    const refilled = (bytesPerS * passedMs) / 1_000;
    worst = Math.max(worst, frames - framesBurst - (framesPerS * passedMs) / 1_000);
    // Any one frame may be sent by who has sent nothing, or nothing that counts any more.
    if (bytes - byteLength > refilled) worst = Math.max(worst, bytes - 4 * bytesPerS - refilled);
  }
  return worst;
}

/** Nothing that is too much is taken, and nothing else refused; but for what sums of fractions come to. */
function expectRight(isTaken: boolean, over: number): void {
  if (isTaken) expect(over).toBeLessThan(1e-6);
  else expect(over).toBeGreaterThan(-1e-6);
}

describe('SendRates', () => {
  it('[MP-2.26] takes what the burst and the rate allow in every stretch of time, and nothing else', () => {
    // Often so small and so close that the frames are too many, and at times so large that the bytes are.
    const bytes = fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 1, max: 40 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 500 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 6_000 }) },
    );
    const passed = fc.oneof(
      { weight: 24, arbitrary: fc.nat(60) },
      { weight: 1, arbitrary: fc.nat(10_000) },
      { weight: 1, arbitrary: fc.constant('until full' as const) },
    );
    const send = fc.tuple(fc.constantFrom('A', 'B'), passed, bytes);
    fc.assert(
      fc.property(sequencesOf(send, 200), (sends) => {
        const rates = new SendRates(LIMITS);
        const taken = { A: [] as Taken[], B: [] as Taken[] };
        let now = 0;
        for (const [user, passes, byteLength] of sends) {
          now += passes === 'until full' ? rates.fullAfterMs(user, now) : passes;
          const isTaken = rates.take(user, byteLength, now);
          expectRight(isTaken, excess(taken[user], now, byteLength));
          if (passes === 'until full') expect(isTaken).toBe(true);
          if (isTaken) taken[user].push({ at: now, bytes: byteLength });
          expect(rates.fullAfterMs(user, now)).toBeGreaterThan(0);
        }
      }),
      runs(60),
    );
  });

  it('takes any one frame of who was quiet, and is full when it says so', () => {
    const rates = new SendRates({ framesPerS: 2, framesBurst: 4, bytesPerS: 100 });
    expect(rates.take('A', 10_000, 0)).toBe(true);
    expect(rates.take('A', 1, 1_000)).toBe(false);
    const wait = rates.fullAfterMs('A', 1_000);
    expect(rates.take('A', 10_000, 1_000 + wait)).toBe(true);
  });

  it('has no limit of what is 0', () => {
    const frames = new SendRates({ framesPerS: 1, framesBurst: 1, bytesPerS: 0 });
    expect([frames.take('A', 1e9, 0), frames.take('A', 1, 0), frames.fullAfterMs('A', 0)]).toEqual([
      true,
      false,
      1_000,
    ]);
    const bytes = new SendRates({ framesPerS: 0, framesBurst: 0, bytesPerS: 1 });
    expect([bytes.take('A', 4, 0), bytes.take('A', 4, 0), bytes.take('B', 4, 0)]).toEqual([true, false, true]);
  });

  it('forgets who has been quiet', () => {
    const rates = new SendRates({ framesPerS: 10, framesBurst: 5, bytesPerS: 0 });
    for (let i = 0; i < 10_000; i += 1) rates.take(`u${i}`, 1, i * 100);
    expect(Reflect.get(rates, 'users')).toHaveProperty('size', expect.any(Number));
    expect((Reflect.get(rates, 'users') as Map<string, unknown>).size).toBeLessThan(1_100);
  });
});
