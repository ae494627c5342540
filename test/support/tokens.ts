import { SignJWT } from 'jose';

/** The secret of servers that ask for tokens. */
export const SECRET = 'a-secret-of-the-tests-long-enough-for-HS256';

export const TOKEN_MODE = { MINIM_AUTH: 'token', MINIM_JWT_SECRET: SECRET } as const;

interface TokenOptions {
  readonly roles?: readonly string[];
  /** Seconds from now. */
  readonly lifetimeS?: number;
  readonly issuedAgoS?: number;
  readonly secret?: string;
}

/** A token for `userId`, good for an hour. */
export function tokenFor(userId: string, options: TokenOptions = {}): Promise<string> {
  const { roles, lifetimeS = 3_600, issuedAgoS = 0, secret = SECRET } = options;
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT(roles === undefined ? {} : { roles: [...roles] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(now - issuedAgoS)
    .setExpirationTime(now + lifetimeS)
    .sign(new TextEncoder().encode(secret));
}
