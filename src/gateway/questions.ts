import { Refusal } from '../model/refusal.js';
import type { Session } from './session.js';

/** Questions a session may have open at once; each may cost a page of memory [MP-2.24]. */
const MAX_OPEN_QUESTIONS = 8;
const RETRY_AFTER_MS = 200;

/** What sessions ask, and the store has to answer. */
export class Questions {
  constructor(private readonly onError: (error: unknown) => void) {}

  /** Calls `answer` with what was found, or says why not. Throws a `Refusal` when too much is open already. */
  ask<Found>(
    session: Session,
    id: string | undefined,
    find: () => Promise<Found>,
    answer: (found: Found) => void,
  ): void {
    if (session.openQuestions >= MAX_OPEN_QUESTIONS) {
      const because = `expected at most ${MAX_OPEN_QUESTIONS} questions at once`;
      throw new Refusal('rate_limited', because, RETRY_AFTER_MS, 'open_questions');
    }
    session.openQuestions += 1;
    find().then(
      (found) => {
        session.openQuestions -= 1;
        answer(found);
      },
      (error) => {
        session.openQuestions -= 1;
        this.refuse(session, id, error);
      },
    );
  }

  private refuse(session: Session, id: string | undefined, error: unknown): void {
    if (error instanceof Refusal) {
      const { code, message, retryAfterMs } = error;
      return session.refuse(code, message, { id, retryAfterMs });
    }
    this.onError(error);
    session.refuse('internal', 'the store did not answer; expected to be asked again', { id });
  }
}
