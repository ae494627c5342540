import { STATUS_CODES } from 'node:http';
import type { FieldFault } from '../validation/compile-dto.js';

/** What is wrong, in one word: those of the socket's errors, and what only HTTP has. */
export type ProblemCode =
  | 'bad_frame'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'busy'
  | 'internal';

/** What else a problem says. */
export interface ProblemDetails {
  readonly code?: ProblemCode;
  /** What is wrong with each field. */
  readonly errors?: readonly FieldFault[] | undefined;
  /** Milliseconds to wait; `Retry-After` says it in seconds. */
  readonly retryAfterMs?: number | undefined;
}

/** A problem document (RFC 9457). */
export interface Problem extends ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
}

export const PROBLEM_TYPE = 'application/problem+json';

const CODES: ReadonlyMap<number, ProblemCode> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [409, 'conflict'],
  [413, 'too_large'],
  [415, 'unsupported'],
  [429, 'rate_limited'],
  [503, 'busy'],
]);

export function problemOf(
  status: number,
  detail: string,
  { code = codeOf(status), errors, retryAfterMs }: ProblemDetails = {},
): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: `urn:minim:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(errors && { errors }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Whether what goes wrong under this address is told as a problem document. */
export function tellsProblems(url: string): boolean {
  return /^\/api\/v1(?:[/?]|$)/.test(url);
}

function codeOf(status: number): ProblemCode {
  return CODES.get(status) ?? (status >= 500 ? 'internal' : 'bad_frame');
}
