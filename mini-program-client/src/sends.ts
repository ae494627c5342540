import type { AckFrame } from '../../src/protocol/frames.js';
import { MinimError } from './errors.js';
import type { Clock } from './hosts/clock.js';

/** Sends that wait for their answer. Answers match by id, never by order [MP-2.11]. */
export interface Sends {
  has(id: string): boolean;
  /** The answer to `id`. It has to come within `timeoutMs`; the time in the background does not count. */
  wait(id: string, timeoutMs: number): Promise<AckFrame>;
  ack(frame: AckFrame): void;
  /** False when nobody waits for `id`. */
  fail(id: string, error: MinimError): boolean;
  failAll(explanation: string): void;
  setPaused(paused: boolean): void;
}

interface Send {
  readonly resolve: (ack: AckFrame) => void;
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
    wait: (id, ms) =>
      new Promise((resolve, reject) => {
        const timeUp = () => fail(id, new MinimError('timeout', `no answer within ${ms} ms`, id));
        const startTimer = () => (paused ? () => {} : clock.after(ms, timeUp));
        byId.set(id, { resolve, reject, startTimer, stopTimer: startTimer() });
      }),
    ack: (frame) => {
      const send = take(frame.id);
      if (send) send.resolve(frame);
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
