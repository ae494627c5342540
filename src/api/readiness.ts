export const READINESS = Symbol('Readiness');

export interface Readiness {
  /** `open`: anyone connects as anyone. */
  readonly auth: 'open' | 'token';
  /** Of each part of the node: `ok`, or in a few words why it is not ready. */
  parts(): Readonly<Record<string, string>>;
  /** Of each part that is not ready: from when on that was seen, as an ISO 8601 time. */
  since(): Readonly<Record<string, string>>;
}
