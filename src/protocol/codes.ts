import type { RefusalCode } from '../model/refusal.js';

/** The `code` of an `error` frame after which the session lives [MP-2.22]. */
export type ErrorCode = RefusalCode;

/** A close by the server: its code and the word that is its reason text [MP-6.1]. */
export interface Close {
  readonly code: number;
  readonly word: string;
  /** The sentence in the `error` frame that goes before a 4xxx close [MP-6.1]. */
  readonly because?: string;
}

/** Every close the server makes by itself [MP-6.2]. */
export const CLOSE = {
  binary: { code: 1003, word: 'binary' },
  tooLarge: { code: 1009, word: 'too_large' },
  internal: { code: 1011, word: 'internal' },
  restart: { code: 1012, word: 'restart' },
  badFrames: { code: 4400, word: 'bad_frames', because: 'too many bad frames within a minute' },
  silent: { code: 4408, word: 'silent', because: 'nothing was heard from this client for too long' },
  slow: { code: 4408, word: 'slow', because: 'this client reads more slowly than it is written to' },
  replaced: { code: 4509, word: 'replaced', because: 'a newer session of the same device took over' },
  tooManyFull: { code: 4509, word: 'too_many_sessions', because: 'this user has too many sessions; the oldest goes' },
  unauthorized: { code: 4501, word: 'unauthorized', because: 'expected a token for this user' },
  expired: { code: 4501, word: 'token_expired', because: 'the token has run out; come back with a new one' },
  revoked: { code: 4501, word: 'token_revoked', because: 'the token was revoked; come back with a new one' },
  disconnected: { code: 4503, word: 'disconnected', because: 'the operator of this server has ended the session' },
  tooFast: { code: 4429, word: 'too_fast', because: 'this client goes on sending in spite of rate_limited' },
  tooManyPlain: { code: 4408, word: 'too_many_sessions', because: 'this user has too many sessions; the oldest goes' },
} as const satisfies Record<string, Close>;

/** The word that stands in the `error` frame before a 4xxx close [MP-6.1]. */
export type CloseWord = (typeof CLOSE)[keyof typeof CLOSE]['word'];

/** A client that is told one of these stays away until something has changed [MP-6.3]. */
export function isFinalClose(code: number): boolean {
  return code >= 4500 && code <= 4999;
}
