import type { CloseWord, ErrorCode } from '../../src/protocol/codes.js';

/**
 * Why a send or a question was not answered:
 * - `not_connected`: nothing was sent, there is no connection (ephemeral sends, recalls and questions);
 * - `connection_lost`: it was sent, and the connection went before the answer came: it may or may not have arrived. Of a
 *   stored send: the client was closed; the message stays in the outbox, and goes out after the next `connect()`;
 * - `timeout`: it may or may not have arrived, no answer came in time (the same);
 * - `outbox_full`: nothing was sent or kept, too much waits already;
 * - `too_large`: nothing was sent, a server does not take as much;
 * - `bad_argument`: nothing was sent, what was given cannot be right;
 * - `no_token`: the `token` option gave none, and the dial has to wait; `no_network` and `login_failed` (the server or WeChat
 *   declined) are what `wechatLogin` says of it;
 * - anything else: the server declined it, and nothing was delivered (rule MP-2.22 of PROTOCOL.md).
 */
export type MinimErrorCode =
  | ErrorCode
  | CloseWord
  | 'not_connected'
  | 'connection_lost'
  | 'timeout'
  | 'outbox_full'
  | 'no_token'
  | 'no_network'
  | 'login_failed'
  | 'bad_argument';

/** The only kind of error this library gives. `code` is for programs, `message` is a sentence for people. */
export class MinimError extends Error {
  constructor(
    readonly code: MinimErrorCode,
    message: string,
    /** Of the send that failed, where it was one. */
    readonly id?: string,
    /** From the server: try again, but not before so many ms. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'MinimError';
  }
}

/** The server had no time: it may be asked again. */
export function isBusy({ code }: { readonly code?: unknown }): boolean {
  return code === 'busy' || code === 'rate_limited';
}

/** What an app's own function failed with: mini-programs fail with `{ errMsg }`. */
export function errorOf(reason: unknown): MinimError {
  if (reason instanceof MinimError) return reason;
  const { message, errMsg } = Object(reason);
  return new MinimError('no_token', String(message || errMsg || reason));
}
