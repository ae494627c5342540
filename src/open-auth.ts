import { ApiKeys } from './auth/api-keys.js';
import { JwtVerifier } from './auth/jwt-verifier.js';
import { Tickets } from './auth/tickets.js';
import { TokenAuthenticator } from './auth/token-authenticator.js';
import { TokenIssuer } from './auth/token-issuer.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config.js';
import { parseApiKey } from './config/words.js';
import type { Authenticator } from './messaging/ports/authenticator.js';
import type { Clock } from './messaging/ports/clock.js';

/** How this node finds out who somebody is. */
export interface Auth {
  /** Absent in open mode, where anyone is whoever he says. */
  readonly authenticator: Authenticator | undefined;
  readonly tickets: Tickets;
  /** Absent where there is no secret to sign with. */
  readonly issuer: TokenIssuer | undefined;
  readonly apiKeys: ApiKeys;
}

/** Throws a `ConfigError` when the keys can't be read. */
export function openAuth(config: Config, clock: Clock, onError: (error: unknown) => void): Auth {
  const { jwtSecrets: secrets, jwks, jwtAudience: audience, jwtIssuer: issuer } = config;
  const tickets = new Tickets(clock);
  const [secret] = secrets;
  return {
    tickets,
    authenticator: config.authMode === 'open' ? undefined : authenticatorOf(),
    issuer: secret === undefined ? undefined : new TokenIssuer(secret, config.tokenTtlS, clock, { issuer, audience }),
    apiKeys: new ApiKeys(config.apiKeys.map(parseApiKey).filter((key) => key !== undefined)),
  };

  function authenticatorOf(): Authenticator {
    try {
      return new TokenAuthenticator(new JwtVerifier({ secrets, jwks, audience, issuer }, clock, onError), tickets);
    } catch (error) {
      throw new ConfigError(
        `MINIM_JWKS must be a JSON Web Key Set of public keys: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}
