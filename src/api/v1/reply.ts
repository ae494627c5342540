import type { Answered } from './sends.js';

/** What is used of the web framework's answer. */
export interface Reply {
  status(code: number): unknown;
}

/** The answer's body, once its status is set. */
export function withStatus<Body>(reply: Reply, { status, body }: Answered<Body>): Body {
  reply.status(status);
  return body;
}
