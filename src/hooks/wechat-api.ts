import type { Clock } from '../messaging/ports/clock.js';
import type { HttpPost } from './http-post.js';

/** So long before it runs out an access token is renewed. */
const RENEW_BEFORE_MS = 300_000;
/** The token is not, or no longer, what the platform knows. */
const STALE = new Set([40001, 40014, 42001]);

export interface WeChatApiOptions {
  readonly appid: string;
  readonly secret: string;
  /** Where the platform is, as `https://api.weixin.qq.com`. */
  readonly url: string;
}

type Answer = Readonly<Record<string, unknown>>;

/** What a mini-program's server asks of WeChat with an access token, which is kept for as long as it is good. */
export class WeChatApi {
  private token: { readonly text: Promise<string>; readonly untilMs: { value: number } } | undefined;

  /** Throws when the URL is none. */
  constructor(
    private readonly options: WeChatApiOptions,
    private readonly http: Pick<HttpPost, 'post'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    if (!/^https?:$/.test(new URL(options.url).protocol)) throw new TypeError('expected an http or https URL');
  }

  /** The answer to this question. Rejects with words that have no secret in them. */
  async ask(path: string, question: object): Promise<Answer> {
    const answer = await this.askWith(await this.accessToken(), path, question);
    if (!STALE.has(Number(answer.errcode))) return checked(answer);
    this.token = undefined;
    return checked(await this.askWith(await this.accessToken(), path, question));
  }

  private askWith(token: string, path: string, question: object): Promise<Answer> {
    return this.post(`${path}?${new URLSearchParams({ access_token: token })}`, question);
  }

  /** One question for all who wait for it. */
  private accessToken(): Promise<string> {
    if (this.token !== undefined && this.clock.monotonicMs() < this.token.untilMs.value) return this.token.text;
    const untilMs = { value: Number.POSITIVE_INFINITY };
    const text = this.newToken(untilMs).catch((error) => {
      this.token = undefined;
      throw error;
    });
    this.token = { text, untilMs };
    return text;
  }

  /** The stable one: to ask for it takes no other server's token away. */
  private async newToken(untilMs: { value: number }): Promise<string> {
    const { appid, secret } = this.options;
    const question = { grant_type: 'client_credential', appid, secret };
    const { access_token: token, expires_in: seconds } = checked(await this.post('/cgi-bin/stable_token', question));
    if (typeof token !== 'string' || typeof seconds !== 'number') throw new Error('WeChat gave no access token');
    untilMs.value = this.clock.monotonicMs() + seconds * 1_000 - RENEW_BEFORE_MS;
    return token;
  }

  private async post(target: string, question: object): Promise<Answer> {
    const url = new URL(`${this.options.url.replace(/\/+$/, '')}${target}`);
    const { status, text } = await this.http.post(url, JSON.stringify(question), {});
    if (status !== 200) throw new Error(`WeChat answered ${status}`);
    return parsed(text);
  }
}

function checked(answer: Answer): Answer {
  const { errcode = 0 } = answer;
  if (errcode !== 0) throw new Error(`WeChat answered errcode ${Number(errcode)}`);
  return answer;
}

function parsed(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Error('the answer of WeChat is no JSON object');
}
