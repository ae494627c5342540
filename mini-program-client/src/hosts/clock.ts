/** Time, as the client needs it. */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Runs `run` once, `ms` milliseconds from now, unless the function that comes back is called before. */
  after(ms: number, run: () => void): () => void;
}

declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
