import type {
  AckFrame,
  BlockedAnswerFrame,
  ConversationsAnswerFrame,
  HistoryAnswerFrame,
  RoomHistoryAnswerFrame,
} from '../../src/protocol/frames.js';
import { MinimError } from './errors.js';
import type { Clock } from './hosts/clock.js';
import { ignore } from './hosts/transport.js';

export type AnswerFrame =
  | AckFrame
  | HistoryAnswerFrame
  | RoomHistoryAnswerFrame
  | ConversationsAnswerFrame
  | BlockedAnswerFrame;

/** Sends and questions that wait for their answer. Answers match by id, never by order [MP-2.11]. */
export interface Sends {
  has(id: string): boolean;
  /** The answer to `id`. It has to come within `timeoutMs`; the time in the background does not count. */
  wait<Answer extends AnswerFrame>(type: Answer['type'], id: string, timeoutMs: number): Promise<Answer>;
  answer(frame: AnswerFrame): void;
  /** False when nobody waits for `id`. */
  fail(id: string, error: MinimError): boolean;
  failAll(explanation: string): void;
  setPaused(paused: boolean): void;
}

interface Send {
  /** False when this is no answer to it. */
  readonly resolve: (answer: AnswerFrame) => boolean;
  readonly reject: (error: MinimError) => void;
  /** Gives what stops it. */
  readonly startTimer: () => () => void;
  stopTimer: () => void;
}

export function createSends(clock: Clock): Sends {
  const byId = new Map<string, Send>();
  let paused = false;

  function take(id: string): Send | undefined {
    const send = byId.get(id);
    if (send) send.stopTimer();
    byId.delete(id);
    return send;
  }

  function fail(id: string, error: MinimError): boolean {
    const send = take(id);
    if (send) send.reject(error);
    return !!send;
  }

  return {
    has: (id) => byId.has(id),
    wait: <Answer extends AnswerFrame>(type: Answer['type'], id: string, ms: number) =>
      new Promise<Answer>((resolve, reject) => {
        const resolveWith = (answer: AnswerFrame) => {
          if (!isOf<Answer>(type, answer)) return false;
          resolve(answer);
          return true;
        };
        const timeUp = () => fail(id, new MinimError('timeout', `no answer within ${ms} ms`, id));
        const startTimer = () => (paused ? ignore : clock.after(ms, timeUp));
        byId.set(id, { resolve: resolveWith, reject, startTimer, stopTimer: startTimer() });
      }),
    answer: (frame) => {
      const send = byId.get(frame.id);
      if (send?.resolve(frame)) take(frame.id);
    },
    fail,
    failAll: (explanation) => {
      for (const id of byId.keys()) fail(id, new MinimError('connection_lost', explanation, id));
    },
    setPaused: (value) => {
      paused = value;
      for (const send of byId.values()) {
        send.stopTimer();
        send.stopTimer = send.startTimer();
      }
    },
  };
}

/** An id is of one question, so its type is all that there is to see. */
function isOf<Answer extends AnswerFrame>(type: Answer['type'], answer: AnswerFrame): answer is Answer {
  return answer.type === type;
}
