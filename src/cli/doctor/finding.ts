import type { Subject } from './subject.js';

/** `warn`: it runs, and not as well as it could; `fail`: it does not start, or breaks what it promises. */
export type Status = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly status: Status;
  readonly says: string;
  /** What to do; there is always something unless all is well. */
  readonly advice?: string;
}

export interface Check {
  readonly name: string;
  run(subject: Subject): Finding | Promise<Finding>;
}

export function ok(says: string): Finding {
  return { status: 'ok', says };
}

export function warn(says: string, advice: string): Finding {
  return { status: 'warn', says, advice };
}

export function fail(says: string, advice: string): Finding {
  return { status: 'fail', says, advice };
}
