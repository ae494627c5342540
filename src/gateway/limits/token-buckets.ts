import { Allowances, type Refill } from './allowances.js';

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket for each key: `ratePerS` tokens a second, at most `burst` at once. Times are milliseconds of a clock that
 * never goes back.
 */
export class TokenBuckets implements Refill<Bucket> {
  private readonly buckets = new Allowances<Bucket>(this);

  constructor(
    private readonly ratePerS: number,
    private readonly burst: number,
  ) {}

  /** Takes a token; false when there is none. */
  take(key: string, nowMs: number): boolean {
    const bucket = this.buckets.of(key, nowMs);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Whether `take` would take one. */
  has(key: string, nowMs: number): boolean {
    const bucket = this.buckets.find(key, nowMs);
    return bucket === undefined || bucket.tokens >= 1;
  }

  /** After so many milliseconds the bucket is full, if nothing is taken. */
  fullAfterMs(key: string, nowMs: number): number {
    const bucket = this.buckets.find(key, nowMs);
    return bucket === undefined ? 0 : Math.ceil(((this.burst - bucket.tokens) / this.ratePerS) * 1_000);
  }

  full(nowMs: number): Bucket {
    return { tokens: this.burst, atMs: nowMs };
  }

  refill(bucket: Bucket, nowMs: number): void {
    const gained = ((nowMs - bucket.atMs) / 1_000) * this.ratePerS;
    bucket.tokens = Math.min(this.burst, bucket.tokens + gained);
    bucket.atMs = nowMs;
  }

  isFull({ tokens }: Bucket): boolean {
    return tokens >= this.burst;
  }
}

/** None where the rate is 0: that is no limit. */
export function bucketsFor(ratePerS: number, burst: number): TokenBuckets | undefined {
  return ratePerS === 0 ? undefined : new TokenBuckets(ratePerS, Math.max(burst, 1));
}
