import { type JWTPayload, SignJWT } from 'jose';

/** The secret of every node of the tests that asks for tokens. */
export const SECRET = 'a-secret-of-the-tests-with-more-than-32-bytes';

/** A node that asks for tokens, without the limits that come with it. */
export const TOKEN_MODE: Readonly<Record<string, string>> = {
  MINIM_AUTH: 'token',
  MINIM_JWT_SECRET: SECRET,
  MINIM_SESSIONS_PER_USER: '0',
  MINIM_SESSIONS_PER_ADDRESS: '0',
  MINIM_CONNECTS_PER_S: '0',
  MINIM_CONNECTS_PER_S_PER_ADDRESS: '0',
  MINIM_FAILED_LOGINS_PER_MINUTE: '0',
  MINIM_FRAMES_PER_S: '0',
  MINIM_FRAMES_BURST: '0',
  MINIM_BYTES_PER_S: '0',
  MINIM_REQUESTS_PER_S_PER_ADDRESS: '0',
};

type Claims = { readonly [K in keyof JWTPayload]: JWTPayload[K] | undefined };

/** What tests sign with: a secret for HS256, else a private key. */
type SigningKey = Parameters<SignJWT['sign']>[0] | string;

/** A token for these claims; a claim that is `undefined` is left out. Without others it is good for an hour. */
export function signToken(
  claims: Claims,
  key: SigningKey = SECRET,
  header: { alg: string; kid?: string } = { alg: 'HS256' },
): Promise<string> {
  const iat = secondsFromNow(0);
  const payload = JSON.parse(JSON.stringify({ iat, exp: iat + 3_600, ...claims }));
  const signed = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return new SignJWT(payload).setProtectedHeader(header).sign(signed);
}

/** A good token of this user, but for what `claims` says. */
export function tokenOf(userId: string, claims: Claims = {}): Promise<string> {
  return signToken({ sub: userId, ...claims });
}

/** A time as tokens say it. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}
