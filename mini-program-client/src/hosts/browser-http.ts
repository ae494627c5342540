import type { Http } from './http.js';
import { ignore } from './transport.js';

/** What of `fetch` this library uses. */
export type FetchLike = (url: string, options: FetchOptions) => PromiseLike<FetchAnswer>;

export interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: unknown;
}

export interface FetchAnswer {
  readonly status: number;
  text(): PromiseLike<string>;
}

interface Aborter {
  readonly signal: unknown;
  abort(): void;
}

declare const AbortController: (new () => Aborter) | undefined;

/** HTTP of a browser, or of Node 18 and later. */
export function browserHttp(fetch: FetchLike): Http {
  return {
    request({ url, method, header: headers, data: body }, done) {
      const aborter =
        typeof AbortController === 'undefined' ? { signal: undefined, abort: ignore } : new AbortController();
      fetch(url, { method, headers, body, signal: aborter.signal })
        .then((answer) => answer.text().then((text) => done(answer.status, text)))
        .then(ignore, () => done(0, ''));
      return () => aborter.abort();
    },
  };
}
