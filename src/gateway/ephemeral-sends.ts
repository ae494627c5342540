import type { Cards } from '../messaging/cards.js';
import type { SendEphemeral } from '../messaging/send-ephemeral.js';
import type { ContentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { encodeAck } from '../protocol/encode.js';
import type { MessageFrame } from '../protocol/frames.js';
import type { Session } from './session.js';

/** So many sends may wait for what is known of their recipients. */
const MAX_WAITING = 10_000;
const RETRY_AFTER_MS = 200;

/** The sends of a session that are not stored, and their answers [MP-2.16]. */
export class EphemeralSends {
  private waiting = 0;

  constructor(
    private readonly sendEphemeral: SendEphemeral,
    private readonly cards: Pick<Cards, 'of' | 'load'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** At once, if it is known whom the recipient blocks; else those to one recipient wait, and keep their order. */
  message(frame: MessageFrame, toUserId: UserId, content: ContentJson, session: Session): void {
    if (this.cards.of(toUserId) !== undefined) return this.send(frame, toUserId, content, session);
    if (this.waiting >= MAX_WAITING) {
      throw new Refusal('busy', 'too many sends wait for the store; expected to be sent again', RETRY_AFTER_MS);
    }
    this.waiting += 1;
    this.cards
      .load([toUserId])
      .then(() => this.send(frame, toUserId, content, session))
      .catch((error) => this.refuse(session, frame.id, error))
      .finally(() => {
        this.waiting -= 1;
      });
  }

  private send({ id }: MessageFrame, toUserId: UserId, content: ContentJson, session: Session): void {
    // The session that gave an id learns all there is from its ack [MP-2.17].
    const exceptSessionId = session.full && id !== undefined ? session.id : undefined;
    const delivered = this.sendEphemeral.toUser(session.userId, toUserId, content, exceptSessionId);
    if (id !== undefined) session.send(encodeAck(id, delivered));
  }

  private refuse(session: Session, id: string | undefined, error: unknown): void {
    if (error instanceof Refusal) {
      const { code, message, retryAfterMs } = error;
      return session.refuse(code, message, { id, retryAfterMs });
    }
    this.onError(error);
    session.refuse('internal', 'the store did not answer; expected to be sent again', { id });
  }
}
