import { createHash } from 'node:crypto';
import { AuthRefusal } from '../messaging/ports/authenticator.js';
import { isUserId, type UserId } from '../model/ids.js';
import { boundedText } from './bounded-text.js';

/** The platform's answer may take so long, and be so large. */
const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 65_536;

/** What else than a wrong code ended a login. */
export type WeChatFaultKind = 'busy' | 'too_often' | 'blocked' | 'misconfigured' | 'timeout' | 'garbage';

/** A login that failed, and not because of its code. The message never repeats what came, secrets and codes least of all. */
export class WeChatFault extends Error {
  override readonly name = 'WeChatFault';

  constructor(
    readonly kind: WeChatFaultKind,
    message: string,
  ) {
    super(message);
  }
}

export interface WeChatOptions {
  readonly appid: string;
  readonly secret: string;
  /** Where the platform is, as `https://api.weixin.qq.com`. */
  readonly url: string;
}

/** Each documented `errcode` of code2Session; any other is garbage. */
const ERRORS: ReadonlyMap<number, () => Error> = new Map<number, () => Error>([
  [40029, () => new AuthRefusal('WeChat does not know this code; expected a fresh one of wx.login')],
  [40163, () => new AuthRefusal('this code was used already; expected a fresh one of wx.login')],
  [-1, () => new WeChatFault('busy', 'WeChat is busy; try again')],
  [45011, () => new WeChatFault('too_often', 'this user logs in too often for WeChat; try again later')],
  [40226, () => new WeChatFault('blocked', 'WeChat has blocked this user')],
  [40013, () => new WeChatFault('misconfigured', 'WeChat says that the app id is wrong: see MINIM_WECHAT_APPID')],
  [40125, () => new WeChatFault('misconfigured', 'WeChat says that the secret is wrong: see MINIM_WECHAT_SECRET')],
]);

/** Logs users of one mini-program in, by the platform's code2Session. Its `session_key` is dropped unread. */
export class WeChat {
  private readonly endpoint: URL;

  /** Throws when the URL is none. */
  constructor(private readonly options: WeChatOptions) {
    this.endpoint = new URL(`${options.url.replace(/\/+$/, '')}/sns/jscode2session`);
    if (!/^https?:$/.test(this.endpoint.protocol)) throw new TypeError('expected an http or https URL');
  }

  /** The user for whom `wx.login` gave this code. Rejects with `AuthRefusal` for a wrong code, else with `WeChatFault`. */
  async login(code: string): Promise<UserId> {
    const answer = parsed(await this.ask(code));
    const { errcode = 0, openid } = answer;
    if (errcode !== 0) throw errorOf(errcode);
    if (typeof openid !== 'string' || openid === '') throw garbage('it names no openid');
    return userIdOf(openid);
  }

  private async ask(code: string): Promise<string> {
    const { appid, secret } = this.options;
    const url = new URL(this.endpoint);
    url.search = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' }).toString();
    try {
      // The secret goes to this address and to no other.
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      return await boundedText(response, MAX_ANSWER_BYTES);
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw new WeChatFault('timeout', `WeChat did not answer within ${TIMEOUT_MS / 1_000} s`);
      }
      if (error instanceof RangeError) throw garbage(error.message);
      throw garbage('it could not be reached, or broke off');
    }
  }
}

/** An openid as it is if it can be a user id, else a digest of it: the same user each time, and no other's. */
export function userIdOf(openid: string): UserId {
  if (isUserId(openid) && openid !== '.' && openid !== '..') return openid;
  return `wx-${createHash('sha256').update(openid).digest('base64url')}` as UserId;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw garbage('it is no JSON object');
}

function errorOf(errcode: unknown): Error {
  const known = typeof errcode === 'number' ? ERRORS.get(errcode) : undefined;
  if (known !== undefined) return known();
  return garbage(typeof errcode === 'number' ? `its errcode is ${errcode}` : 'its errcode is no number');
}

function garbage(what: string): WeChatFault {
  return new WeChatFault('garbage', `the answer of WeChat is not as expected: ${what}`);
}
