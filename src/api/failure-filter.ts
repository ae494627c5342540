import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { failureBody, HttpFailure } from './http-failure.js';

/** What is used of the web framework's request and answer. */
interface Asked {
  readonly id: string;
}

interface Reply {
  readonly sent: boolean;
  headers(values: Readonly<Record<string, string>>): Reply;
  status(code: number): Reply;
  send(body: unknown): unknown;
}

/** Answers every exception in one shape. Of our own faults only the log learns more. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(private readonly onError: (error: unknown, requestId: string | undefined) => void) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { status, body } = this.answerTo(exception, http.getRequest<Asked | undefined>()?.id);
    const reply = http.getResponse<Reply>();
    if (reply.sent) return;
    // The route may have promised something else.
    reply.headers({ 'content-type': 'application/json; charset=utf-8' });
    if (exception instanceof HttpFailure) reply.headers(exception.headers);
    reply.status(status).send(body);
  }

  private answerTo(exception: unknown, requestId: string | undefined): { status: number; body: unknown } {
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const body = exception.getResponse();
      const said = typeof body === 'string' ? body : 'message' in body ? body.message : undefined;
      // Bodies that say something else are somebody's own, such as that of /health/ready.
      return { status, body: said === undefined ? body : failureBody(status, withoutQuery(String(said))) };
    }
    const status = clientFaultOf(exception);
    if (status !== undefined && exception instanceof Error) {
      return { status, body: failureBody(status, exception.message) };
    }
    this.onError(exception, requestId);
    return { status: 500, body: failureBody(500, 'Internal server error') };
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
