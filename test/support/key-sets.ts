import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { onTestFinished } from 'vitest';

export interface SigningKeyPair {
  readonly alg: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function keyPair(alg: string, kid = `key-${alg}`): Promise<SigningKeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), alg, kid } };
}

/** A file with a public key for each of these algorithms, named `key-<algorithm>`, for the time of one test. */
export async function writeKeySet(algorithms: readonly string[]) {
  const keys = await Promise.all(algorithms.map((alg) => keyPair(alg)));
  const folder = mkdtempSync(join(tmpdir(), 'minim-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'keys.json');
  const set: JSONWebKeySet = { keys: keys.map(({ jwk }) => jwk) };
  writeFileSync(file, JSON.stringify(set));
  return { file, keys };
}
