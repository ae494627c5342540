import { type JWTPayload, SignJWT } from 'jose';

/** The secret of every node of the tests that has one. */
export const SECRET = 'a-secret-of-the-tests-with-more-than-32-bytes';

/** What tests sign with: a secret for HS256, else a private key. */
type SigningKey = Parameters<SignJWT['sign']>[0] | string;

/** A token for these claims; a claim that is `undefined` is left out. Without others it is good for an hour. */
export function signToken(
  claims: { readonly [K in keyof JWTPayload]: JWTPayload[K] | undefined },
  key: SigningKey = SECRET,
  header: { alg: string; kid?: string } = { alg: 'HS256' },
): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const payload = JSON.parse(JSON.stringify({ iat, exp: iat + 3_600, ...claims }));
  const signed = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return new SignJWT(payload).setProtectedHeader(header).sign(signed);
}
