import { MinimError, type MinimErrorCode } from './errors.js';
import { field, reasonOf } from './hosts/wx-events.js';
import { isText } from './json.js';
import { LOGIN_TIMEOUT_MS, MAX_RETRY_AFTER_MS, SPARE_MS } from './limits.js';

/** The two names of `wx` that a login uses. */
export interface LoginHost {
  login(options: LoginOptions): unknown;
  request(options: RequestOptions): unknown;
}

export interface LoginOptions {
  readonly timeout: number;
  success(result: unknown): void;
  fail(error: unknown): void;
}

export interface RequestOptions extends LoginOptions {
  readonly url: string;
  readonly method: 'POST';
  readonly data: { readonly code: string };
}

/** Who somebody is, and the token that says so. */
export interface WeChatSession {
  readonly userId: string;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface WeChatLoginSettings {
  /** Where the server is, as for a client. */
  readonly url: string;
  readonly wx: LoginHost;
}

/**
 * Logs the user of a mini-program in with WeChat. The function that comes back gives the session that it has, until 5
 * minutes before it runs out; then, and with `renew`, it logs in anew, once for all who ask meanwhile.
 *
 * It rejects with a MinimError: `no_network`; `rate_limited`, with `retryAfterMs`; `login_failed` for all else, whose
 * message says why. A code that the server does not believe is replaced once.
 */
export function wechatLogin({ url, wx }: WeChatLoginSettings): (renew?: boolean) => Promise<WeChatSession> {
  const endpoint = url.replace(/^ws/, 'http').replace(/\/*$/, '/auth/wechat');
  let session: WeChatSession | null = null;
  let pending: Promise<WeChatSession> | null = null;

  const ask = async () => {
    const code = String(field(await called('login_failed', (callbacks) => wx.login(callbacks)), 'code'));
    const request = { url: endpoint, method: 'POST', data: { code } } as const;
    return called('no_network', (callbacks) => wx.request(Object.assign(request, callbacks)));
  };

  const login = async () => {
    try {
      let answer = await ask();
      if (field(answer, 'statusCode') === 401) answer = await ask();
      session = sessionIn(answer);
      return session;
    } finally {
      pending = null;
    }
  };

  return async (renew) => {
    if (session && !renew && Date.now() < session.expiresAt - SPARE_MS) return session;
    pending = pending || login();
    return pending;
  };
}

/** What `wx` calls back with. */
function called(code: MinimErrorCode, call: (callbacks: LoginOptions) => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(new MinimError(code, reasonOf(error)));
    call({ timeout: LOGIN_TIMEOUT_MS, success: resolve, fail });
  });
}

/** @throws MinimError when the answer is another one */
function sessionIn(answer: unknown): WeChatSession {
  const data = field(answer, 'data');
  // The rest is taken on trust: without a user nobody connects, and without an end it is not kept.
  if (isText(field(data, 'token'))) return data as WeChatSession;
  const status = field(answer, 'statusCode');
  const because = `${field(data, 'message') || 'no login here'} (${status})`;
  if (status !== 429) throw new MinimError('login_failed', because);
  const header = field(answer, 'header');
  // Platforms differ in how they spell it.
  const seconds = Number(field(header, 'Retry-After') || field(header, 'retry-after')) || 1;
  throw new MinimError('rate_limited', because, undefined, Math.min(seconds * 1000, MAX_RETRY_AFTER_MS));
}
