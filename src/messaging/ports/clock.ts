export const CLOCK = Symbol('Clock');

/** Time, from outside. */
export interface Clock {
  /** Milliseconds since 1970, as shown to people; may jump. */
  now(): number;
  /** Milliseconds since some moment; never jumps, never goes back. */
  monotonicMs(): number;
}
