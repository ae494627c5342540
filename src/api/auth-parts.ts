import type { Tickets } from '../auth/tickets.js';
import type { TokenIssuer } from '../auth/token-issuer.js';
import type { WeChat } from '../auth/wechat.js';
import type { Authenticator } from '../messaging/ports/authenticator.js';
import type { Clock } from '../messaging/ports/clock.js';

export const AUTH_PARTS = Symbol('AuthParts');

/** What the login endpoints need. */
export interface AuthParts {
  /** Absent in open mode, where nobody needs a ticket. */
  readonly authenticator: Authenticator | undefined;
  readonly tickets: Tickets;
  /** Absent where no mini-program is configured. */
  readonly wechat: { readonly platform: WeChat; readonly issuer: TokenIssuer } | undefined;
  /** Seconds for which an identity is good that another server vouches for. */
  readonly tokenTtlS: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Told of faults that are not the caller's. */
  readonly onError: (error: unknown) => void;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
}
