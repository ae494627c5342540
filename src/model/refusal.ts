/** Why something was understood and declined. */
export type RefusalCode =
  | 'bad_frame'
  | 'forbidden'
  | 'conflict'
  | 'not_found'
  | 'rate_limited'
  | 'busy'
  | 'unsupported'
  | 'token_expiring'
  | 'internal';

/** Understood and declined: the asker is told `code` and the sentence, and nothing else has happened. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    /** After this the same may be tried again. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
