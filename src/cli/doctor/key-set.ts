import { readFile } from 'node:fs/promises';
import { boundedText } from '../../auth/bounded-text.js';

/** As long as a node waits for it. */
const ANSWER_WITHIN_MS = 5_000;
const MOST_BYTES = 1_048_576;
/** `kty` and `crv` of keys for RS256, ES256 and EdDSA. */
const KINDS_OF_KEY = ['RSA', 'EC P-256', 'OKP Ed25519'];

interface KeySet {
  /** Keys of kinds that tokens may be signed with. */
  readonly usable: number;
  /** Keys that say more than the public half. */
  readonly secret: number;
}

/** The JSON Web Key Set at a path or a URL, or in a sentence why there is none. */
export async function readKeySet(where: string): Promise<KeySet | string> {
  try {
    const text = /^https?:\/\//.test(where) ? await fetchText(where) : await readFile(where, 'utf8');
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    if (!Array.isArray(keys)) return 'it has no list of keys';
    const objects: Record<string, unknown>[] = keys.filter((key) => typeof key === 'object' && key !== null);
    return {
      usable: objects.filter(({ kty, crv = '' }) => KINDS_OF_KEY.includes(`${kty} ${crv}`.trim())).length,
      secret: objects.filter(({ d, k }) => d !== undefined || k !== undefined).length,
    };
  } catch (error) {
    return describe(error);
  }
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw new Error(`the URL answers ${answer.status}`);
  return boundedText(answer, MOST_BYTES);
}

/** `fetch` says only that it failed, and has the reason behind it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
