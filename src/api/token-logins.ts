import { type Authenticator, AuthRefusal } from '../messaging/ports/authenticator.js';
import type { Revocations } from '../messaging/revocations.js';
import type { Identity } from '../model/identity.js';
import { bearerToken } from '../protocol/bearer.js';
import type { AuthParts } from './auth-parts.js';
import type { HttpCall } from './callers.js';
import { HttpFailure, retryLater, unauthorized } from './http-failure.js';
import { API_KEY_HEADER, type Logins } from './logins.js';

/** After this the keys of the tokens may be at hand again. */
const RETRY_AFTER_S = 5;

/** Users who show a token or a ticket over HTTP. */
export class TokenLogins {
  constructor(
    private readonly parts: Pick<AuthParts, 'authenticator' | 'onError'>,
    private readonly revocations: Pick<Revocations, 'isRevoked'>,
    private readonly logins: Logins,
  ) {}

  /** Who shows a token in `Authorization`; rejects with 401, 429 or 503. */
  ofToken(call: HttpCall): Promise<Identity> {
    const token = bearerToken(String(call.headers.authorization));
    if (token === undefined) {
      throw unauthorized(`expected a token in authorization: Bearer, or an API key in ${API_KEY_HEADER}`);
    }
    return this.identify(call, 'token', token);
  }

  /** The same, or whose ticket this is. */
  async ofTokenOrTicket(call: HttpCall, ticket: string | undefined): Promise<Identity> {
    if (ticket === undefined) return this.ofToken(call);
    if (call.headers.authorization === undefined) return this.identify(call, 'ticket', ticket);
    throw new HttpFailure(400, 'expected a token in authorization or a ticket, got both');
  }

  private async identify(call: HttpCall, kind: 'token' | 'ticket', value: string): Promise<Identity> {
    const { authenticator } = this.parts;
    if (authenticator === undefined) {
      throw unauthorized(`this server asks for no tokens (MINIM_AUTH=open); expected an API key in ${API_KEY_HEADER}`);
    }
    return this.logins.attempt(call, async () => {
      const identity = await this.verify(authenticator[kind](value));
      if (this.revocations.isRevoked(identity)) throw new AuthRefusal(`the ${kind} was revoked`);
      return identity;
    });
  }

  private async verify(identity: ReturnType<Authenticator['token']>): Promise<Identity> {
    try {
      return await identity;
    } catch (error) {
      if (error instanceof AuthRefusal) throw error;
      this.parts.onError(error);
      throw retryLater(503, 'the keys of the tokens could not be fetched', RETRY_AFTER_S);
    }
  }
}
