/** Keys are looked through for those that have been quiet, when so many were added. */
const SWEEP_EVERY = 1_024;

/** What becomes of one key's allowance as time goes by. Times are milliseconds of a clock that never goes back. */
export interface Refill<A> {
  /** That of a key that has been quiet. */
  full(nowMs: number): A;
  /** Brings it up to now. */
  refill(allowance: A, nowMs: number): void;
  isFull(allowance: A): boolean;
}

/** An allowance for each key, as of now. A key that has been quiet costs nothing: it is forgotten. */
export class Allowances<A> {
  private readonly known = new Map<string, A>();
  private added = 0;

  constructor(private readonly kind: Refill<A>) {}

  /** Keys that are kept. */
  get size(): number {
    return this.known.size;
  }

  /** That of a key, which is kept from now on. */
  of(key: string, nowMs: number): A {
    return this.find(key, nowMs) ?? this.add(key, nowMs);
  }

  /** `undefined`: it is full. */
  find(key: string, nowMs: number): A | undefined {
    const allowance = this.known.get(key);
    if (allowance !== undefined) this.kind.refill(allowance, nowMs);
    return allowance;
  }

  private add(key: string, nowMs: number): A {
    this.sweep(nowMs);
    const allowance = this.kind.full(nowMs);
    this.known.set(key, allowance);
    return allowance;
  }

  private sweep(nowMs: number): void {
    this.added += 1;
    if (this.added < SWEEP_EVERY) return;
    this.added = 0;
    for (const [key, allowance] of this.known) {
      this.kind.refill(allowance, nowMs);
      if (this.kind.isFull(allowance)) this.known.delete(key);
    }
  }
}
