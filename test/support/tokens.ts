import { SignJWT } from 'jose';

/** What the nodes of tests sign and believe. */
export const JWT_SECRET = 'a secret of the tests, 32 bytes or more'.replaceAll(/[ ,]/g, '-');

/** A node that asks for tokens, without the limits that come with it. */
export const TOKEN_MODE: Readonly<Record<string, string>> = {
  MINIM_AUTH: 'token',
  MINIM_JWT_SECRET: JWT_SECRET,
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

/** A good token of this user, but for what `claims` says. */
export function tokenOf(userId: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  const payload = { sub: userId, iat: nowS, exp: nowS + 3_600, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(JWT_SECRET));
}
