import type { Clock } from '../messaging/ports/clock.js';
import type { CheckVerdict, ContentCheck, UncheckedSend } from '../messaging/ports/content-check.js';
import { contentJson } from '../model/content.js';
import { MAX_FRAME_BYTES } from '../protocol/limits.js';
import { isMessageContent } from '../validation/constraints.js';
import type { HttpPost } from './http-post.js';
import { signed } from './signature.js';

const MAX_REASON = 200;
const NO_REASON = 'this message may not be sent';

export interface HttpCheckOptions {
  readonly url: URL;
  readonly secret: string;
}

/** Asks an address of the shop's own. */
export class HttpCheck implements ContentCheck {
  constructor(
    private readonly options: HttpCheckOptions,
    private readonly http: HttpPost,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async check({ fromUserId, to, content }: UncheckedSend): Promise<CheckVerdict> {
    const { url, secret } = this.options;
    // The content is JSON already.
    const body = `${JSON.stringify({ fromUserId, ...to }).slice(0, -1)},"message":${content}}`;
    try {
      const { status, text } = await this.http.post(url, body, signed(secret, body, this.clock.now()));
      return status === 200 ? verdictOf(parsed(text)) : failed(`it answered ${status}`);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }
}

function verdictOf({ allow, message, reason }: Readonly<Record<string, unknown>>): CheckVerdict {
  if (allow === false) {
    const isGiven = typeof reason === 'string' && reason !== '';
    return { kind: 'refused', reason: isGiven ? reason.slice(0, MAX_REASON) : NO_REASON };
  }
  if (allow !== true) return failed('its answer has no allow that is true or false');
  if (message === undefined) return { kind: 'allowed' };
  if (!isMessageContent(message)) return failed('its message is none: expected a text, an object or an array');
  const content = contentJson(message, false);
  if (Buffer.byteLength(content) > MAX_FRAME_BYTES) return failed(`its message has more than ${MAX_FRAME_BYTES} bytes`);
  return { kind: 'allowed', content };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Error('its answer is no JSON object');
}

function failed(because: string): CheckVerdict {
  return { kind: 'failed', because };
}
