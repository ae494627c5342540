import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';

/** What every HTTP answer says that is none of success. */
export interface FailureBody {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
}

/** A request declined: its status, one sentence, and what else the answer's head says. */
export class HttpFailure extends HttpException {
  constructor(
    status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(failureBody(status, message), status);
  }
}

export function failureBody(statusCode: number, message: string): FailureBody {
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', message };
}

/** Who calls is not known, or not believed (RFC 6750 §3). */
export function unauthorized(message: string): HttpFailure {
  return new HttpFailure(401, message, { 'www-authenticate': 'Bearer' });
}

export function retryLater(status: 429 | 503, because: string, afterS: number): HttpFailure {
  return new HttpFailure(status, `${because}; try again in ${afterS} s`, { 'retry-after': String(afterS) });
}
