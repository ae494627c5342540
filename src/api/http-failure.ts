import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { Refusal, RefusalCode } from '../model/refusal.js';
import { PROBLEM_TYPE, type Problem, type ProblemDetails, problemOf, tellsProblems } from './problem.js';

/** What every HTTP answer says that is none of success, outside `/api/v1`. */
export interface FailureBody {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A request declined: its status, one sentence, what else the answer's head says, and what else a problem document says. */
export class HttpFailure extends HttpException {
  constructor(
    status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly details: ProblemDetails = {},
  ) {
    super(failureBody(status, message), status);
  }
}

function failureBody(statusCode: number, message: string): FailureBody {
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', message };
}

/** The same, in the form in which it is told under `url`. */
export function failureAnswer(url: string, status: number, message: string, details?: ProblemDetails) {
  return tellsProblems(url)
    ? { type: PROBLEM_TYPE, body: problemOf(status, message, details) }
    : { type: JSON_TYPE, body: failureBody(status, message) };
}

/** Who calls is not known, or not believed (RFC 6750 §3). */
export function unauthorized(message: string): HttpFailure {
  return new HttpFailure(401, message, { 'www-authenticate': 'Bearer' });
}

export function retryLater(status: 429 | 503, because: string, afterS: number): HttpFailure {
  const headers = { 'retry-after': String(afterS) };
  return new HttpFailure(status, `${because}; try again in ${afterS} s`, headers, { retryAfterMs: afterS * 1_000 });
}

const STATUSES: Readonly<Record<RefusalCode, number>> = {
  bad_frame: 400,
  unsupported: 400,
  token_expiring: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  busy: 503,
  internal: 500,
};

/** After this what was busy may be tried again, where it does not say so itself. */
const RETRY_AFTER_MS = 1_000;

/** What a session would be told as an `error`, as HTTP says it. */
export function failureOf({ code, message, retryAfterMs = RETRY_AFTER_MS }: Refusal): HttpFailure {
  const status = STATUSES[code];
  if (code === 'token_expiring') return new HttpFailure(status, message);
  if (status !== 429 && status !== 503) return new HttpFailure(status, message, {}, { code });
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) };
  return new HttpFailure(status, message, headers, { code, retryAfterMs });
}

/** The same, as it stands within an answer. */
export function problemFrom(failure: HttpFailure): Problem {
  return problemOf(failure.getStatus(), failure.message, failure.details);
}
