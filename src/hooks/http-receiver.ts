import type { Clock } from '../messaging/ports/clock.js';
import type { HookReceiver, HookReply } from '../messaging/ports/hook-receiver.js';
import type { HookItem } from '../messaging/ports/store-hooks.js';
import { HttpPost } from './http-post.js';
import { signed } from './signature.js';

const TIMEOUT_MS = 10_000;
/** Nothing that it says is of use but its status. */
const MAX_ANSWER_BYTES = 65_536;

export interface HttpReceiverOptions {
  readonly url: URL;
  readonly secret: string;
  readonly connections: number;
}

/** A receiver that is an address. */
export class HttpReceiver implements HookReceiver {
  private readonly http: HttpPost;
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: HttpReceiverOptions,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    const { connections } = options;
    this.http = new HttpPost({ connections, timeoutMs: TIMEOUT_MS, maxAnswerBytes: MAX_ANSWER_BYTES });
  }

  async tell(item: HookItem): Promise<HookReply> {
    const { url, secret } = this.options;
    const body = bodyOf(item);
    const now = this.clock.now();
    try {
      const answer = await this.http.post(url, body, signed(secret, body, now), this.stopping.signal);
      const retryAfterMs = retryAfterOf(answer.retryAfter, now);
      return { status: answer.status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    } catch (error) {
      return { status: 0, because: error instanceof Error ? error.message : String(error) };
    }
  }

  stop(): void {
    this.stopping.abort();
    this.http.close();
  }
}

/** The content is JSON already, and stands as it was stored. */
function bodyOf({ type, eventId, at, userId, message }: HookItem): string {
  const event = JSON.stringify({ type, eventId, at, userId });
  if (message === undefined) return event;
  const { fromUserId, messageId, seq, sentAt, content } = message;
  const rest = JSON.stringify({ fromUserId, messageId, seq, sentAt });
  return `${event.slice(0, -1)},${rest.slice(1, -1)},"message":${content}}`;
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
