import { ApiKeys } from './auth/api-keys.js';
import { JwtVerifier } from './auth/jwt-verifier.js';
import { Tickets } from './auth/tickets.js';
import { TokenAuthenticator } from './auth/token-authenticator.js';
import { TokenIssuer } from './auth/token-issuer.js';
import { WeChat } from './auth/wechat.js';
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
  /** Absent where no mini-program is configured. */
  readonly wechat: { readonly platform: WeChat; readonly issuer: TokenIssuer } | undefined;
  readonly apiKeys: ApiKeys;
}

/** Throws a `ConfigError` when the keys can't be read, or the platform's URL is none. */
export function openAuth(config: Config, clock: Clock, onError: (error: unknown) => void): Auth {
  const { jwtSecrets: secrets, jwks, jwtAudience: audience, jwtIssuer: issuer } = config;
  const tickets = new Tickets(clock);
  return {
    tickets,
    authenticator: config.authMode === 'open' ? undefined : authenticatorOf(),
    wechat: wechatOf(),
    apiKeys: new ApiKeys(config.apiKeys.map(parseApiKey).filter((key) => key !== undefined)),
  };

  function wechatOf(): Auth['wechat'] {
    const { wechatAppid: appid, wechatSecret, wechatUrl: url, tokenTtlS } = config;
    const [secret] = secrets;
    if (appid === '' || secret === undefined) return undefined;
    const tokens = new TokenIssuer(secret, tokenTtlS, clock, { issuer, audience });
    try {
      return { platform: new WeChat({ appid, secret: wechatSecret, url }), issuer: tokens };
    } catch {
      throw new ConfigError(`MINIM_WECHAT_URL must be an http or https URL, got ${JSON.stringify(url)}`);
    }
  }

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
