export const REFUSAL_CODES = [
  'bad_frame',
  'forbidden',
  'conflict',
  'not_found',
  'rate_limited',
  'busy',
  'unsupported',
  'token_expiring',
  'internal',
] as const;

/** Why something was understood and declined. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Which bound of those that a session's frames can meet, where it was one. */
export const FRAME_LIMITS = ['frames_per_s', 'bytes_per_s', 'open_questions', 'open_reads'] as const;
export type FrameLimit = (typeof FRAME_LIMITS)[number];

/** Understood and declined: the asker is told `code` and the sentence, and nothing else has happened. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    /** After this the same may be tried again. */
    readonly retryAfterMs?: number,
    readonly limit?: FrameLimit,
  ) {
    super(message);
  }
}
