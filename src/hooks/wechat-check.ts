import type { CheckVerdict, ContentCheck, UncheckedSend } from '../messaging/ports/content-check.js';
import { isUserOfKey } from '../model/ids.js';
import type { WeChatApi } from './wechat-api.js';

/** Characters that one question may have. */
const MOST_CHARACTERS = 2_500;
/** What kind of place it is said in: a log of social goings-on. */
const SCENE = 4;
const RISKY = 'this message may not be sent: it is against the rules of the platform';

/**
 * Asks WeChat's msg_sec_check, version 2, of all texts in a message. The sender's user id has to be the openid; what API keys say
 * as themselves is not asked about, because WeChat knows no such user.
 */
export class WeChatCheck implements ContentCheck {
  constructor(
    private readonly api: Pick<WeChatApi, 'ask'>,
    private readonly timeoutMs: number,
  ) {}

  async check({ fromUserId, content }: UncheckedSend): Promise<CheckVerdict> {
    if (isUserOfKey(fromUserId)) return { kind: 'allowed' };
    const pieces = piecesOf([...textsIn(JSON.parse(content))].join('\n'));
    const answers = Promise.all(pieces.map((piece) => this.isRisky(fromUserId, piece)));
    try {
      const found = await within(this.timeoutMs, answers);
      return found.includes(true) ? { kind: 'refused', reason: RISKY } : { kind: 'allowed' };
    } catch (error) {
      return { kind: 'failed', because: error instanceof Error ? error.message : String(error) };
    }
  }

  private async isRisky(openid: string, content: string): Promise<boolean> {
    const { result } = await this.api.ask('/wxa/msg_sec_check', { version: 2, scene: SCENE, openid, content });
    const suggest = typeof result === 'object' && result !== null && 'suggest' in result ? result.suggest : undefined;
    if (suggest === 'pass' || suggest === 'review') return false;
    if (suggest === 'risky') return true;
    throw new Error('the answer of WeChat has no result that is known');
  }
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each);
}

/** What is only white space is asked of nobody. */
function piecesOf(text: string): string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += MOST_CHARACTERS) {
    pieces.push(characters.slice(from, from + MOST_CHARACTERS).join(''));
  }
  return pieces.filter((piece) => piece.trim() !== '');
}

/** A token may have to be fetched before, which has a time of its own. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`WeChat did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
