import type { Identity } from '../../model/identity.js';

/** Why a token or ticket is not believed; the sentence never repeats it. */
export class AuthRefusal extends Error {
  override readonly name = 'AuthRefusal';
}

/**
 * Says whom a token or a ticket speaks for. Guarantees: only what was signed with one of the configured keys, by the
 * algorithm of that key, is believed; both reject with `AuthRefusal` when it is not, and with anything else when it could
 * not be found out, as when the keys can't be fetched.
 */
export interface Authenticator {
  token(token: string): Promise<Identity>;
  /** A ticket is good once, for a minute. */
  ticket(ticket: string): Promise<Identity>;
}
