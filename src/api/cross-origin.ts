import type { HttpCall } from './callers.js';

/** What pages of other origins may ask, which is what the client library asks in a browser, and how. */
const ASKED_BY_PAGES: readonly { readonly path: RegExp; readonly method: string }[] = [
  { path: /^\/auth\/(?:ticket|wechat)$/, method: 'POST' },
  { path: /^\/api\/v1\/users\/[^/]+\/inbox$/, method: 'GET' },
  { path: /^\/api\/v1\/users\/[^/]+\/outbox\/[^/]+$/, method: 'PUT' },
];
/** An API key is not among them: it has no business in a page. */
const HEADERS = 'authorization, content-type';
/** For so long a browser need not ask again. */
const MAX_AGE_S = 600;

/** Whose pages may connect. */
export interface PageOrigins {
  /** False while all may. */
  readonly areLimited: boolean;
  /** `undefined` if it may, else why not. */
  refuse(origin: string, referer: string, host: string): string | undefined;
}

export interface PageCall extends HttpCall {
  readonly method: string;
  readonly url: string;
}

/** What a browser has to be told about a request of a page. */
export interface PageAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** It only asks whether it may: `refused` says why not. */
  readonly preflight: { readonly refused: string | undefined } | undefined;
}

/**
 * Lets pages of the origins that may open sockets ask over HTTP what the client library asks, and read the answers. No cookie
 * and nothing else of a browser's own goes with it: whoever asks shows a token.
 */
export class CrossOrigin {
  constructor(private readonly origins: PageOrigins) {}

  /** `undefined` if it is nothing that pages ask. */
  judge({ method, url, headers }: PageCall): PageAnswer | undefined {
    const [path = ''] = url.split('?', 1);
    const asked = ASKED_BY_PAGES.find((each) => each.path.test(path));
    if (asked === undefined) return undefined;
    const origin = String(headers.origin ?? '');
    // A cache must not show one origin what was said to another, nor to one what was said to none.
    const varying = this.origins.areLimited ? { vary: 'Origin' } : {};
    if (origin === '') return { headers: varying, preflight: undefined };
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    const refused = this.origins.refuse(origin, '', String(headers.host ?? ''));
    if (refused !== undefined) return { headers: varying, preflight: isPreflight ? { refused } : undefined };
    const shared = { ...varying, 'access-control-allow-origin': this.origins.areLimited ? origin : '*' };
    if (!isPreflight) {
      return { headers: { ...shared, 'access-control-expose-headers': 'retry-after' }, preflight: undefined };
    }
    return {
      headers: {
        ...shared,
        'access-control-allow-methods': asked.method,
        'access-control-allow-headers': HEADERS,
        'access-control-max-age': String(MAX_AGE_S),
      },
      preflight: { refused },
    };
  }
}
