import { PlatformRefusal, wxCall } from './wx-calls.js';

interface Answered {
  readonly statusCode: number;
  readonly header: Readonly<Record<string, string>>;
  readonly data: unknown;
  readonly errMsg: string;
}

interface RequestOptions {
  success?(result: unknown): void;
  fail?(error: { readonly errMsg: string }): void;
  complete?(answer: unknown): void;
  readonly url: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly data?: unknown;
  readonly timeout?: number;
}

/** `wx.login` and `wx.request` of one phone: a new code each time, and real requests. */
export class PhoneLogins {
  /** Codes given out. */
  codes = 0;
  /** WeChat itself does not answer. */
  fails = false;

  constructor(private readonly isCut: () => boolean) {}

  readonly login = wxCall('login', () => {
    if (this.fails || this.isCut()) throw new PlatformRefusal('the network is gone');
    this.codes += 1;
    return { code: `code-${this.codes}` };
  });

  readonly request = (options: RequestOptions): { abort(): void } => {
    const aborter = new AbortController();
    this.answerTo(options, aborter.signal).then(
      (answer) => {
        options.success?.(answer);
        options.complete?.(answer);
      },
      () => {
        const error = { errMsg: 'request:fail connection refused' };
        options.fail?.(error);
        options.complete?.(error);
      },
    );
    return aborter;
  };

  /** As the platform does it: any status is a success, and what is no JSON stays a text. */
  private async answerTo(options: RequestOptions, aborted: AbortSignal): Promise<Answered> {
    const { url, method = 'GET', data, timeout = 60_000 } = options;
    if (this.isCut()) throw new Error('the network is gone');
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...options.header, connection: 'close' },
      body: typeof data === 'string' ? data : JSON.stringify(data),
      signal: AbortSignal.any([aborted, AbortSignal.timeout(timeout)]),
    });
    const header = Object.fromEntries(response.headers);
    return { statusCode: response.status, header, data: jsonOrText(await response.text()), errMsg: 'request:ok' };
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
