export const READINESS = Symbol('Readiness');

/** Says of each part of the node whether it is ready: `ok`, or in a few words why not. */
export interface Readiness {
  parts(): Readonly<Record<string, string>>;
}
