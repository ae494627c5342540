import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JwtVerifier } from '../../src/auth/jwt-verifier.js';
import { AuthRefusal } from '../../src/messaging/ports/authenticator.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { keyPair, type SigningKeyPair } from '../support/key-sets.js';
import { json, type StandIn, startStandIn } from '../support/stand-in.js';
import { signToken } from '../support/tokens.js';

const COOLDOWN_MS = 10_000;
const RELOAD_MS = 600_000;
/** It gives up after a second unless told otherwise. */
const UNTIL = { timeout: 8_000 };

describe('public keys at a URL', () => {
  let first: SigningKeyPair;
  let second: SigningKeyPair;
  let issuer: StandIn;
  let verifier: JwtVerifier;
  let errors: unknown[];

  beforeEach(async () => {
    // Only what decides when keys are fetched; the rest runs on real time.
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.now() });
    first = await keyPair('ES256', 'first');
    second = await keyPair('EdDSA', 'second');
    issuer = await startStandIn(json({ keys: [first.jwk] }));
    errors = [];
    const options = { secrets: [], jwks: `${issuer.url}/keys`, audience: '', issuer: '' };
    verifier = new JwtVerifier(options, systemClock, (error) => errors.push(error));
  });

  afterEach(async () => {
    verifier.close();
    vi.useRealTimers();
    await issuer.close();
  });

  const tokenOf = ({ privateKey, alg, jwk }: SigningKeyPair, sub = 'A') =>
    signToken({ sub }, privateKey, { alg, kid: String(jwk.kid) });

  it('are fetched once and kept', async () => {
    for (const sub of ['A', 'B', 'C']) {
      expect(await verifier.verify(await tokenOf(first, sub))).toMatchObject({ userId: sub });
    }
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('are fetched again for a key id that is not known, but not more often than every 10 s', async () => {
    await verifier.verify(await tokenOf(first));
    issuer.answer = json({ keys: [first.jwk, second.jwk] });
    await expect(verifier.verify(await tokenOf(second))).rejects.toBeInstanceOf(AuthRefusal);
    expect(issuer.asked).toHaveLength(1);
    vi.setSystemTime(Date.now() + COOLDOWN_MS + 1);
    expect(await verifier.verify(await tokenOf(second))).toMatchObject({ userId: 'A' });
    expect(issuer.asked).toHaveLength(2);
  });

  it('are kept while the URL is down', async () => {
    await verifier.verify(await tokenOf(first));
    await issuer.close();
    vi.advanceTimersByTime(RELOAD_MS);
    await vi.waitFor(() => expect(errors).toHaveLength(1), UNTIL);
    expect(await verifier.verify(await tokenOf(first))).toMatchObject({ userId: 'A' });
  });

  it('that are withdrawn are believed no longer than ten minutes', async () => {
    const token = await tokenOf(first);
    await verifier.verify(token);
    issuer.answer = json({ keys: [second.jwk] });
    vi.advanceTimersByTime(RELOAD_MS);
    await vi.waitFor(() => expect(issuer.asked).toHaveLength(2), UNTIL);
    await vi.waitFor(() => expect(verifier.verify(token)).rejects.toBeInstanceOf(AuthRefusal), UNTIL);
  });

  it.each([
    ['breaks off', (response: ServerResponse) => response.destroy()],
    ['answers 500', (response: ServerResponse) => response.writeHead(500).end()],
  ])('that were never had because the URL %s say nothing of the token', async (_what, answer) => {
    issuer.answer = answer;
    const outcome = verifier.verify(await tokenOf(first));
    await expect(outcome).rejects.toThrow();
    await expect(outcome).rejects.not.toBeInstanceOf(AuthRefusal);
  });
});
