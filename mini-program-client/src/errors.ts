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
 * - anything else: the server declined it, and nothing was delivered (rule MP-2.22 of PROTOCOL.md).
 */
export type MinimErrorCode =
  | ErrorCode
  | CloseWord
  | 'not_connected'
  | 'connection_lost'
  | 'timeout'
  | 'outbox_full'
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
