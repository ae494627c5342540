import type { Clock } from '../messaging/ports/clock.js';
import type { StoreRead } from '../messaging/ports/store-reads.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { encodeConversations, encodeHistory } from '../protocol/encode-pages.js';
import type { ConversationsFrame, HistoryFrame } from '../protocol/frames.js';
import { MAX_PAGE_BYTES, MAX_PAGE_ITEMS, PAGE_ITEMS } from '../protocol/limits.js';
import type { Session } from './session.js';

/** Questions a session may have open at once; each may cost a page of memory. */
const MAX_OPEN_QUESTIONS = 8;
const RETRY_AFTER_MS = 200;

/** Answers what a session asks of the store. */
export class PageAnswers {
  constructor(
    private readonly read: StoreRead,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  history({ id, peerId, room, before, limit }: HistoryFrame, session: Session): void {
    if (room !== undefined) throw new Refusal('unsupported', 'this server does not have rooms yet; expected a peerId');
    if (peerId === undefined) throw new Refusal('bad_frame', 'peerId must say which conversation, got nothing');
    const { userId } = session;
    const query = { userId, peerId: peerId as UserId, before, ...this.page(limit) };
    this.answer(
      session,
      id,
      () => this.read.history(query),
      (found) => encodeHistory(id, query.peerId, userId, found),
    );
  }

  conversations({ id, before, limit }: ConversationsFrame, session: Session): void {
    const { userId } = session;
    const query = { userId, before, ...this.page(limit) };
    this.answer(
      session,
      id,
      () => this.read.conversations(query),
      (found) => encodeConversations(id, userId, found),
    );
  }

  private page(limit = PAGE_ITEMS) {
    if (limit < 1 || limit > MAX_PAGE_ITEMS) {
      throw new Refusal('bad_frame', `limit must be an integer from 1 to ${MAX_PAGE_ITEMS}, got ${limit}`);
    }
    return { limit, maxBytes: MAX_PAGE_BYTES, now: this.clock.now() };
  }

  private answer<Page>(session: Session, id: string, read: () => Promise<Page>, encode: (page: Page) => string): void {
    if (session.openQuestions >= MAX_OPEN_QUESTIONS) {
      const because = `expected at most ${MAX_OPEN_QUESTIONS} questions at once`;
      throw new Refusal('rate_limited', because, RETRY_AFTER_MS, 'open_questions');
    }
    session.openQuestions += 1;
    read().then(
      (found) => {
        session.openQuestions -= 1;
        session.send(encode(found));
      },
      (error) => {
        session.openQuestions -= 1;
        this.onError(error);
        session.refuse('internal', 'the store did not answer; expected to be asked again', { id });
      },
    );
  }
}
