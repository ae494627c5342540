import { SignJWT } from 'jose';
import type { Clock } from '../messaging/ports/clock.js';
import type { UserId } from '../model/ids.js';

export interface IssuedToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a token may say besides whose it is; what is left out it does not say. */
export interface TokenGrants {
  readonly roles?: readonly string[];
  readonly rooms?: readonly string[];
  readonly invisible?: boolean;
}

/** Gives out tokens of this server's own, signed with HS256. */
export class TokenIssuer {
  private readonly secret: Uint8Array;

  /** `issuer` and `audience` are what the verifier expects; empty if it expects none. */
  constructor(
    secret: string,
    private readonly lifetimeS: number,
    private readonly clock: Clock,
    private readonly claims: { readonly issuer: string; readonly audience: string },
  ) {
    this.secret = new TextEncoder().encode(secret);
  }

  async issue(userId: UserId, grants: TokenGrants = {}): Promise<IssuedToken> {
    const nowS = Math.floor(this.clock.now() / 1_000);
    const expiresAtS = nowS + this.lifetimeS;
    const jwt = new SignJWT({ ...grants }).setProtectedHeader({ alg: 'HS256' }).setSubject(userId).setIssuedAt(nowS);
    jwt.setExpirationTime(expiresAtS);
    if (this.claims.issuer !== '') jwt.setIssuer(this.claims.issuer);
    if (this.claims.audience !== '') jwt.setAudience(this.claims.audience);
    return { token: await jwt.sign(this.secret), expiresAt: expiresAtS * 1_000 };
  }
}
