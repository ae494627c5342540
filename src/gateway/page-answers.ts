import type { Clock } from '../messaging/ports/clock.js';
import type { StoreRead } from '../messaging/ports/store-reads.js';
import type { RoomName, UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { encodeConversations, encodeHistory } from '../protocol/encode-pages.js';
import { encodeRoomHistory } from '../protocol/encode-rooms.js';
import type { ConversationsFrame, HistoryFrame } from '../protocol/frames.js';
import { MAX_PAGE_BYTES, MAX_PAGE_ITEMS, PAGE_ITEMS } from '../protocol/limits.js';
import type { Questions } from './questions.js';
import type { Session } from './session.js';

/** Answers what a session asks of the store. */
export class PageAnswers {
  constructor(
    private readonly read: StoreRead,
    private readonly clock: Clock,
    private readonly questions: Questions,
  ) {}

  history({ id, peerId, before, limit }: HistoryFrame, session: Session): void {
    if (peerId === undefined) throw new Refusal('bad_frame', 'expected a peerId or a room, got neither');
    const { userId } = session;
    const query = { userId, peerId: peerId as UserId, before, ...this.page(limit) };
    this.answer(
      session,
      id,
      () => this.read.history(query),
      (found) => encodeHistory(id, query.peerId, userId, found),
    );
  }

  roomHistory({ id, before, limit }: HistoryFrame, room: RoomName, session: Session): void {
    const query = { room, before, ...this.page(limit) };
    this.answer(
      session,
      id,
      () => this.read.roomHistory(query),
      (found) => encodeRoomHistory(id, room, found),
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
    this.questions.ask(session, id, read, (found) => session.send(encode(found)));
  }
}
