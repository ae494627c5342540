import type { Answered } from './sends.js';

/** What is used of the web framework's answer. */
export interface Reply {
  status(code: number): unknown;
}

/** The same, and Node's own, which tells when the caller has gone. */
export interface RawReply {
  readonly raw: { once(event: 'close', listener: () => void): unknown };
}

/** The answer's body, once its status is set. */
export function withStatus<Body>(reply: Reply, { status, body }: Answered<Body>): Body {
  reply.status(status);
  return body;
}
