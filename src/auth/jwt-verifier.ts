import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { AuthRefusal } from '../messaging/ports/authenticator.js';
import type { Clock } from '../messaging/ports/clock.js';
import type { Identity } from '../model/identity.js';
import { isUserId } from '../model/ids.js';

/** How far the clocks of the issuer and of this machine may be apart. */
const CLOCK_TOLERANCE_S = 5;
/** How long the keys' URL may take, and how often it is asked for keys that it has withdrawn or added. */
const JWKS_TIMEOUT_MS = 5_000;
const JWKS_RELOAD_MS = 600_000;
/** Unknown key ids make the keys be fetched again, but not more often than this. */
const JWKS_COOLDOWN_MS = 10_000;

const PUBLIC_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

export interface JwtOptions {
  /** Shared secrets for HS256; any of them may have signed. */
  readonly secrets: readonly string[];
  /** Where the public keys are: a path, or an http or https URL; empty when there are none. */
  readonly jwks: string;
  /** Empty when it may be anything. */
  readonly audience: string;
  readonly issuer: string;
}

type PublicKeys = JWTVerifyGetKey;

/** Verifies JSON Web Tokens (RFC 7519). The algorithm decides the kind of key, so that neither stands in for the other. */
export class JwtVerifier {
  private readonly secrets: readonly Uint8Array[];
  private readonly publicKeys: PublicKeys | undefined;
  private reloading: NodeJS.Timeout | undefined;

  /** `onError` is told when the keys cannot be fetched again; the ones at hand are kept. */
  constructor(
    private readonly options: JwtOptions,
    private readonly clock: Clock,
    onError: (error: unknown) => void,
  ) {
    this.secrets = options.secrets.map((secret) => new TextEncoder().encode(secret));
    this.publicKeys = options.jwks === '' ? undefined : this.open(options.jwks, onError);
  }

  async verify(token: string): Promise<Identity> {
    try {
      const { payload } = await this.verified(token);
      return identityOf(payload);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  close(): void {
    clearInterval(this.reloading);
  }

  private async verified(token: string) {
    const { alg } = decodeProtectedHeader(token);
    if (alg !== 'HS256') return this.byPublicKey(token);
    let failure: unknown = new AuthRefusal('this server takes no tokens that are signed with a secret');
    for (const secret of this.secrets) {
      try {
        return await jwtVerify(token, secret, { ...this.expectations(), algorithms: ['HS256'] });
      } catch (error) {
        failure = error;
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    throw failure;
  }

  private byPublicKey(token: string) {
    if (this.publicKeys === undefined)
      throw new AuthRefusal('the token is signed by an algorithm that is not taken here');
    return jwtVerify(token, this.publicKeys, { ...this.expectations(), algorithms: PUBLIC_KEY_ALGORITHMS });
  }

  private expectations() {
    const { audience, issuer } = this.options;
    return {
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.clock.now()),
      requiredClaims: ['exp', 'sub'],
      ...(audience !== '' && { audience }),
      ...(issuer !== '' && { issuer }),
    };
  }

  private open(jwks: string, onError: (error: unknown) => void): PublicKeys {
    if (!/^https?:\/\//.test(jwks)) return createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')));
    // Never stale by itself: while the URL is down, the keys at hand are good.
    const remote = createRemoteJWKSet(new URL(jwks), {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    });
    this.reloading = setInterval(() => remote.reload().catch(onError), JWKS_RELOAD_MS);
    this.reloading.unref();
    return remote;
  }
}

function identityOf({ sub, iat, exp, roles, rooms, invisible }: JWTPayload): Identity {
  if (!isUserId(sub)) throw new AuthRefusal('the sub of the token is no user id');
  if (roles !== undefined && !isTexts(roles)) throw new AuthRefusal('the roles of the token must be a list of texts');
  if (rooms !== undefined && !isTexts(rooms)) throw new AuthRefusal('the rooms of the token must be a list of texts');
  if (invisible !== undefined && typeof invisible !== 'boolean') {
    throw new AuthRefusal('invisible must be true or false in the token');
  }
  const times = { issuedAt: (iat ?? 0) * 1_000, expiresAt: (exp ?? 0) * 1_000 };
  return { userId: sub, ...times, roles: roles ?? [], rooms, invisible };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** What the holder of a token is told; a fault that is not the token's goes on as it is. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new AuthRefusal('the token has run out');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new AuthRefusal(
      `the ${error.claim} of the token is ${error.reason === 'missing' ? 'missing' : 'not as expected'}`,
    );
  }
  if (error instanceof errors.JWKSTimeout) return error;
  if (error instanceof errors.JOSEError || error instanceof TypeError) {
    return isFetchFault(error) ? error : new AuthRefusal('the token is not signed by a key that is known here');
  }
  return error;
}

/** The keys could not be had, which says nothing of the token. */
function isFetchFault(error: Error): boolean {
  if (error instanceof TypeError) return error.message === 'fetch failed';
  return error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
}
