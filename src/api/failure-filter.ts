import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { Refusal } from '../model/refusal.js';
import { failureAnswer, failureOf, HttpFailure, JSON_TYPE } from './http-failure.js';
import type { ProblemDetails } from './problem.js';

/** What is used of the web framework's request and answer. */
interface Asked {
  readonly id: string;
  readonly url: string;
}

interface Reply {
  readonly sent: boolean;
  headers(values: Readonly<Record<string, string>>): Reply;
  status(code: number): Reply;
  send(body: unknown): unknown;
}

/** What is told of an exception; `body` where it says all by itself. */
type Told =
  | { readonly status: number; readonly message: string; readonly details?: ProblemDetails }
  | { readonly status: number; readonly body: object };

/** Answers every exception in one shape. Of our own faults only the log learns more. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(private readonly onError: (error: unknown, requestId: string) => void) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { id, url } = http.getRequest<Asked>();
    const exception = thrown instanceof Refusal ? failureOf(thrown) : thrown;
    const told = this.toTell(exception, id);
    const reply = http.getResponse<Reply>();
    if (reply.sent) return;
    if (exception instanceof HttpFailure) reply.headers(exception.headers);
    reply.status(told.status);
    // The route may have promised something else than either.
    if ('body' in told) return void reply.headers({ 'content-type': JSON_TYPE }).send(told.body);
    const { type, body } = failureAnswer(url, told.status, told.message, told.details);
    reply.headers({ 'content-type': type }).send(body);
  }

  private toTell(exception: unknown, requestId: string): Told {
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const body = exception.getResponse();
      const said = typeof body === 'string' ? body : 'message' in body ? body.message : undefined;
      // Bodies that say something else are somebody's own, such as that of /health/ready.
      if (said === undefined && typeof body === 'object') return { status, body };
      const details = exception instanceof HttpFailure ? exception.details : {};
      return { status, message: withoutQuery(String(said)), details };
    }
    const status = clientFaultOf(exception);
    if (status !== undefined && exception instanceof Error) return { status, message: exception.message };
    this.onError(exception, requestId);
    return { status: 500, message: 'Internal server error' };
  }
}

/** The web framework repeats the URL of what is not there, and a query may have a token in it. */
function withoutQuery(message: string): string {
  return message.startsWith('Cannot ') ? message.replace(/\?.*$/s, '') : message;
}

/** The status of an error of the web framework that says what is wrong with a request. */
function clientFaultOf(exception: unknown): number | undefined {
  if (!(exception instanceof Error) || !('statusCode' in exception)) return undefined;
  const status = Number(exception.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}
