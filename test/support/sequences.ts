import fc from 'fast-check';

/** So many times as many runs of each property, where time does not matter. */
const TIMES = process.env.MINIM_TEST_LONG ? 30 : 1;

/**
 * Sequences of any length up to `maxLength`. `fc.array` by itself makes none longer than about ten, however long they may
 * be: too short for most of what goes wrong between several steps.
 */
export function sequencesOf<T>(step: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(step, { maxLength, size: 'max' });
}

/** One of these steps: the more often, the larger its number. */
export function oneOfWeighted<K extends string>(weights: Readonly<Record<K, number>>): fc.Arbitrary<K> {
  const kinds = Object.keys(weights) as K[];
  return fc.oneof(...kinds.map((kind) => ({ weight: weights[kind], arbitrary: fc.constant(kind) })));
}

/** For `fc.assert`: so many runs, and many more among the long tests. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: count * TIMES };
}
