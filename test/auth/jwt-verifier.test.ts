import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JwtOptions, JwtVerifier } from '../../src/auth/jwt-verifier.js';
import { AuthRefusal } from '../../src/messaging/ports/authenticator.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { keyPair, writeKeySet } from '../support/key-sets.js';
import { SECRET, signToken } from '../support/tokens.js';

const OTHER_SECRET = 'another secret, which came before, also long enough';
const nowS = () => Math.floor(Date.now() / 1_000);

function verifier(options: Partial<JwtOptions> = {}): JwtVerifier {
  const all = { secrets: [SECRET], jwks: '', audience: '', issuer: '', ...options };
  const made = new JwtVerifier(all, systemClock, () => {});
  onTestFinished(() => made.close());
  return made;
}

const refused = (token: string, because: string, options: Partial<JwtOptions> = {}) =>
  expect(verifier(options).verify(token)).rejects.toThrow(new AuthRefusal(because));

describe('a token signed with a secret', () => {
  it('says who it is, since when, until when, and in which roles', async () => {
    const token = await signToken({ sub: 'A', iat: 1_000, exp: nowS() + 60, roles: ['broadcast'] });
    expect(await verifier().verify(token)).toEqual({
      userId: 'A',
      issuedAt: 1_000_000,
      expiresAt: expect.closeTo((nowS() + 60) * 1_000, -4),
      roles: ['broadcast'],
    });
  });

  it('says which rooms are open to it, and whether its user is to be seen, if it does', async () => {
    expect(await verifier().verify(await signToken({ sub: 'A', rooms: ['team-*'], invisible: true }))).toMatchObject({
      rooms: ['team-*'],
      invisible: true,
    });
    const { rooms, invisible } = await verifier().verify(await signToken({ sub: 'A' }));
    expect([rooms, invisible]).toEqual([undefined, undefined]);
  });

  it('is believed whichever of several secrets signed it, and by no other', async () => {
    const both = verifier({ secrets: [SECRET, OTHER_SECRET] });
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(await both.verify(await signToken({ sub: 'A' }, secret))).toMatchObject({ userId: 'A' });
    }
    await refused(await signToken({ sub: 'A' }, OTHER_SECRET), 'the token is not signed by a key that is known here');
  });

  it('is not believed when it has run out, but for 5 s', async () => {
    expect(await verifier().verify(await signToken({ sub: 'A', exp: nowS() - 2 }))).toMatchObject({ userId: 'A' });
    await refused(await signToken({ sub: 'A', exp: nowS() - 7 }), 'the token has run out');
  });

  it('is not believed before its time, but for 5 s', async () => {
    expect(await verifier().verify(await signToken({ sub: 'A', nbf: nowS() + 2 }))).toMatchObject({ userId: 'A' });
    await refused(await signToken({ sub: 'A', nbf: nowS() + 60 }), 'the nbf of the token is not as expected');
  });

  it.each([
    [{ sub: 'A', exp: undefined }, 'the exp of the token is missing'],
    [{ sub: undefined }, 'the sub of the token is missing'],
    [{ sub: 'A b' }, 'the sub of the token is no user id'],
    [{ sub: '' }, 'the sub of the token is no user id'],
    [{ sub: 'A', roles: 'broadcast' }, 'the roles of the token must be a list of texts'],
    [{ sub: 'A', roles: [1] }, 'the roles of the token must be a list of texts'],
    [{ sub: 'A', rooms: 'lobby' }, 'the rooms of the token must be a list of texts'],
    [{ sub: 'A', rooms: [{}] }, 'the rooms of the token must be a list of texts'],
    [{ sub: 'A', invisible: 1 }, 'invisible must be true or false in the token'],
  ])('with %j is not believed: %s', async (claims, because) => {
    await refused(await signToken(claims as Record<string, unknown>), because);
  });

  it('must be for this audience and from this issuer, where those are set', async () => {
    const strict = { audience: 'minim', issuer: 'shop' };
    const good = { sub: 'A', aud: ['other', 'minim'], iss: 'shop' };
    expect(await verifier(strict).verify(await signToken(good))).toMatchObject({ userId: 'A' });
    await refused(await signToken({ ...good, aud: 'other' }), 'the aud of the token is not as expected', strict);
    await refused(await signToken({ ...good, aud: undefined }), 'the aud of the token is missing', strict);
    await refused(await signToken({ ...good, iss: 'other' }), 'the iss of the token is not as expected', strict);
    await refused(await signToken({ ...good, iss: undefined }), 'the iss of the token is missing', strict);
  });
});

describe('a token that plays tricks', () => {
  it('is not believed without a signature', async () => {
    const unsigned = new UnsecuredJWT({ sub: 'A' }).setExpirationTime('1h').encode();
    await refused(unsigned, 'the token is signed by an algorithm that is not taken here');
    const { file } = await writeKeySet(['RS256']);
    await refused(unsigned, 'the token is not signed by a key that is known here', { jwks: file });
  });

  it('is not believed with the signature cut off, or another one in its place', async () => {
    const because = 'the token is not signed by a key that is known here';
    const [head, body, signature] = (await signToken({ sub: 'A' })).split('.');
    await refused(`${head}.${body}.`, because);
    const stolen = Buffer.from(JSON.stringify({ sub: 'B', exp: nowS() + 60 })).toString('base64url');
    await refused(`${head}.${stolen}.${signature}`, because);
  });

  it.each(['HS384', 'HS512'])('is not believed with %s, though the secret is right', async (alg) => {
    await refused(
      await signToken({ sub: 'A' }, SECRET.repeat(2), { alg }),
      'the token is signed by an algorithm that is not taken here',
      { secrets: [SECRET.repeat(2)] },
    );
  });

  it('is not believed when the public key is its secret', async () => {
    const { file, keys } = await writeKeySet(['RS256']);
    const [key] = keys;
    if (key === undefined) throw new Error('no key');
    const pem = await exportSPKI(key.publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(key.jwk), String(key.jwk.n)]) {
      const token = await signToken({ sub: 'A' }, secret, { alg: 'HS256', kid: 'key-RS256' });
      await refused(token, 'this server takes no tokens that are signed with a secret', { secrets: [], jwks: file });
      await refused(token, 'the token is not signed by a key that is known here', { jwks: file });
    }
  });

  it('is not believed when it brings its own key along', async () => {
    const { jwk, privateKey } = await keyPair('ES256');
    const { file } = await writeKeySet(['ES256']);
    const token = await new SignJWT({ sub: 'A' })
      .setProtectedHeader({ alg: 'ES256', jwk, jku: 'http://127.0.0.1:1/keys' })
      .setExpirationTime('1h')
      .sign(privateKey);
    await refused(token, 'the token is not signed by a key that is known here', { jwks: file });
  });

  it.each(['', '.', 'a.b.c', 'é.é.é', 'x'.repeat(100_000), '{"alg":"none"}..'])(
    'is not believed as %j',
    async (text) => {
      await expect(verifier().verify(text)).rejects.toBeInstanceOf(AuthRefusal);
    },
  );
});

describe('a token signed with a private key', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('is believed with %s and a file of public keys', async (alg) => {
    const { file: jwks, keys } = await writeKeySet(['RS256', 'ES256', 'EdDSA']);
    const key = keys.find((each) => each.alg === alg);
    const token = await signToken({ sub: 'A' }, key?.privateKey, { alg, kid: `key-${alg}` });
    expect(await verifier({ secrets: [], jwks }).verify(token)).toMatchObject({ userId: 'A' });
    const stranger = await writeKeySet([alg]);
    await refused(token, 'the token is not signed by a key that is known here', { secrets: [], jwks: stranger.file });
  });

  it('goes beside tokens that are signed with a secret', async () => {
    const { file: jwks, keys } = await writeKeySet(['ES256']);
    const both = verifier({ jwks });
    expect(await both.verify(await signToken({ sub: 'A' }))).toMatchObject({ userId: 'A' });
    const token = await signToken({ sub: 'B' }, keys[0]?.privateKey, { alg: 'ES256' });
    expect(await both.verify(token)).toMatchObject({ userId: 'B' });
  });
});
