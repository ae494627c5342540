import type { Http } from './http.js';
import { ignore } from './transport.js';

/** What of `fetch` this library uses. */
export type FetchLike = (url: string, options: FetchOptions) => PromiseLike<FetchAnswer>;

/** It is also given a `signal`, which every platform has its own type for. */
export interface FetchOptions {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
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
    request({ url, method, header, data }, done) {
      const { signal, abort } = aborter();
      const options = { method, headers: Object.assign({}, header), signal };
      fetch(url, data ? Object.assign(options, { body: data }) : options)
        .then((answer) => answer.text().then((text) => done(answer.status, text)))
        .then(ignore, () => done(0, ''));
      return abort;
    },
  };
}

/** Where there is none, what was given up ends by itself. */
function aborter(): Aborter {
  if (typeof AbortController === 'undefined') return { signal: undefined, abort: ignore };
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
