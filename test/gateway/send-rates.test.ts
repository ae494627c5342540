import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendRates } from '../../src/gateway/limits/send-rates.js';

describe('SendRates', () => {
  it('[MP-2.26] never takes more in any stretch of time than the burst and the rate allow', () => {
    const send = fc.tuple(fc.constantFrom('A', 'B'), fc.nat(300), fc.integer({ min: 1, max: 2_000 }));
    fc.assert(
      fc.property(fc.array(send, { maxLength: 200 }), (sends) => {
        const rates = new SendRates({ framesPerS: 10, framesBurst: 5, bytesPerS: 1_000 });
        const taken: { user: string; at: number; bytes: number }[] = [];
        let now = 0;
        for (const [user, passed, bytes] of sends) {
          now += passed;
          if (rates.take(user, bytes, now)) taken.push({ user, at: now, bytes });
          else expect(rates.fullAfterMs(user, now)).toBeGreaterThan(0);
        }
        for (const [from, first] of taken.entries()) {
          const since = taken.slice(from).filter(({ user }) => user === first.user);
          for (const [count, { at }] of since.entries()) {
            const seconds = (at - first.at) / 1_000;
            expect(count + 1).toBeLessThanOrEqual(5 + 10 * seconds + 1e-6);
            // The last one may be larger than what is left, if the bucket was full.
            const bytes = since.slice(0, count).reduce((sum, each) => sum + each.bytes, 0);
            expect(bytes).toBeLessThanOrEqual(4_000 + 1_000 * seconds + 1e-6);
          }
        }
      }),
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
