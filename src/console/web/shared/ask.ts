import { keep, kept } from './kept.js';

/**
 * The server's answer that says no: `title` and `detail` are its own words.
 *
 * @public
 */
export class Declined extends Error {
  override readonly name = 'Declined';

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title || `HTTP ${status}`);
  }
}

export interface Question {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Goes as JSON. */
  readonly body?: unknown;
  /** An API key, for what asks for one. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks this server. The answer is its JSON as it came, to be looked at before it is believed; a text where it is none.
 *
 * @throws Declined when the server says no; a TypeError when it cannot be reached
 */
export async function ask(path: string, { method = 'GET', body, key, signal }: Question = {}): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json' });
  if (key) headers.set('x-api-key', key);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const answer = await fetch(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
    cache: 'no-store',
    credentials: 'omit',
  });
  const text = await answer.text();
  const value = fromJson(text);
  if (answer.ok) return value;
  const word = (name: string) => (isObject(value) && typeof value[name] === 'string' ? value[name] : '');
  throw new Declined(answer.status, word('title') || word('error'), word('detail') || word('message'));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const KEY = 'minim-console-key';

/**
 * The API key that was typed in this tab; it is kept no longer than the tab is.
 *
 * @public
 */
export function keptKey(): string {
  return kept(() => sessionStorage, KEY) ?? '';
}

/** @public */
export function keepKey(key: string): void {
  keep(() => sessionStorage, KEY, key);
}
