import type { Authenticator } from '../messaging/ports/authenticator.js';
import type { Identity } from '../model/identity.js';
import type { JwtVerifier } from './jwt-verifier.js';
import type { Tickets } from './tickets.js';

/** Tokens by their signatures, tickets by this node's memory. */
export class TokenAuthenticator implements Authenticator {
  constructor(
    private readonly verifier: JwtVerifier,
    private readonly tickets: Tickets,
  ) {}

  token(token: string): Promise<Identity> {
    return this.verifier.verify(token);
  }

  async ticket(ticket: string): Promise<Identity> {
    return this.tickets.redeem(ticket);
  }
}
