import type { RequestListener } from 'node:http';
import type { Callers } from './callers.js';
import type { CrossOrigin, PageCall } from './cross-origin.js';
import { failureAnswer } from './http-failure.js';

/** On every answer; a page says in their stead what it needs. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

export function withSecurityHeaders(handler: RequestListener): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    handler(request, response);
  };
}

/** Asked for by those who watch over the node, however busy their address is. */
const UNCOUNTED: ReadonlySet<string | undefined> = new Set(['/health/live', '/health/ready']);

/** What is used of the web framework's request and answer. */
export interface EdgeCall extends PageCall {
  readonly routeOptions?: { readonly url?: string | undefined };
}

export interface EdgeReply {
  code(status: number): EdgeReply;
  headers(values: Readonly<Record<string, string>>): EdgeReply;
  send(body?: unknown): unknown;
}

/** What happens to every request before anything else does. */
export class HttpEdge {
  constructor(
    private readonly callers: Callers,
    private readonly pages: CrossOrigin,
  ) {}

  /** False when the request has its answer. */
  enter(call: EdgeCall, reply: EdgeReply): boolean {
    if (UNCOUNTED.has(call.routeOptions?.url)) return true;
    const page = this.pages.judge(call);
    if (page !== undefined) reply.headers(page.headers);
    const waitS = this.callers.waitS(call);
    if (waitS !== undefined) {
      reply.headers({ 'retry-after': String(waitS) });
      this.decline(call, reply, 429, `this address asks too much; try again in ${waitS} s`);
      return false;
    }
    if (page?.preflight === undefined) return true;
    const { refused } = page.preflight;
    if (refused === undefined) reply.code(204).send();
    else this.decline(call, reply, 403, refused);
    return false;
  }

  /** A request that has no route because its path cannot be decoded; the words are ours, and don't repeat it. */
  badPath(call: EdgeCall, reply: EdgeReply): void {
    if (this.enter(call, reply)) this.decline(call, reply, 400, 'the path is not percent-encoded UTF-8');
  }

  private decline({ url }: EdgeCall, reply: EdgeReply, status: number, message: string): void {
    const { type, body } = failureAnswer(url, status, message);
    reply.headers({ 'content-type': type });
    reply.code(status).send(body);
  }
}
