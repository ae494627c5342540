/** Buckets are looked through for full ones, which need not be kept, when so many were added. */
const SWEEP_EVERY = 1_024;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket for each key: `ratePerS` tokens a second, at most `burst` at once. Times are milliseconds of a clock that
 * never goes back. A key that has been quiet costs nothing.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();
  private added = 0;

  constructor(
    private readonly ratePerS: number,
    private readonly burst: number,
  ) {}

  /** Takes `count` tokens; false, and none are taken, when there are not so many. A full bucket gives any number. */
  take(key: string, count: number, nowMs: number): boolean {
    const bucket = this.bucketOf(key, nowMs);
    this.refill(bucket, nowMs);
    if (bucket.tokens < count && bucket.tokens < this.burst) return false;
    bucket.tokens -= count;
    return true;
  }

  /** Whether `take` would give one. */
  has(key: string, nowMs: number): boolean {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return true;
    this.refill(bucket, nowMs);
    return bucket.tokens >= 1;
  }

  /** After so many milliseconds the bucket is full, if nothing is taken. */
  fullAfterMs(key: string, nowMs: number): number {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return 0;
    this.refill(bucket, nowMs);
    return Math.ceil(((this.burst - bucket.tokens) / this.ratePerS) * 1_000);
  }

  private bucketOf(key: string, nowMs: number): Bucket {
    const known = this.buckets.get(key);
    if (known !== undefined) return known;
    this.sweep(nowMs);
    const bucket = { tokens: this.burst, atMs: nowMs };
    this.buckets.set(key, bucket);
    return bucket;
  }

  private refill(bucket: Bucket, nowMs: number): void {
    const gained = ((nowMs - bucket.atMs) / 1_000) * this.ratePerS;
    bucket.tokens = Math.min(this.burst, bucket.tokens + gained);
    bucket.atMs = nowMs;
  }

  private sweep(nowMs: number): void {
    this.added += 1;
    if (this.added < SWEEP_EVERY) return;
    this.added = 0;
    for (const [key, bucket] of this.buckets) {
      this.refill(bucket, nowMs);
      if (bucket.tokens >= this.burst) this.buckets.delete(key);
    }
  }
}

/** None where the rate is 0: that is no limit. */
export function bucketsFor(ratePerS: number, burst: number): TokenBuckets | undefined {
  return ratePerS === 0 ? undefined : new TokenBuckets(ratePerS, Math.max(burst, 1));
}
