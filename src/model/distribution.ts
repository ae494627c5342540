/** How many values lay where. It is cheap enough to be told of every message. */
export class Distribution {
  /** Values up to each bound and above the one before; the last place is for those above all bounds. */
  readonly counts: Float64Array;
  sum = 0;

  /** `bounds`: rising. */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** `times`: so many of the same value. */
  add(value: number, times = 1): void {
    const { bounds, counts } = this;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    counts[place] = (counts[place] ?? 0) + times;
    this.sum += value * times;
  }
}

/** For waiting times in seconds, from what a fast disk takes to what nobody waits for. */
export const SECONDS: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** For how many went together. */
export const SIZES: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096];
