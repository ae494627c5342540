import type { AckFrame } from '../../src/protocol/frames.js';
import { isBusy, MinimError } from './errors.js';
import type { Refused, Sent } from './events.js';
import { holdMs } from './hold.js';
import type { Clock } from './hosts/clock.js';
import type { Shelf } from './hosts/storage.js';
import { ignore } from './hosts/transport.js';
import { MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from './limits.js';
import { contentOf, type Outbox, outboxFromText, outboxToText, put, without } from './outbox.js';

/** The sending side of what is stored: a message stays until the server has taken it or refused it for good. */
export interface Outgoing {
  has(id: string): boolean;
  /** Keeps it, and sends it if that can be now. The answer comes when it comes: there is no time limit. */
  add(id: string, text: string): Promise<AckFrame>;
  /** A connection is there: sends everything again, in order. The server stores each id once. */
  resend(): void;
  /** Sends what could not be sent before, if it can be now. */
  goOn(): void;
  /** Nothing goes out before `ms` are over. */
  waitFor(ms: number | undefined): void;
  /** False when it is the answer to something else. */
  ack(frame: AckFrame): boolean;
  /** False when it is about something else; one that says to wait makes the outbox wait all the same. */
  error(error: MinimError): boolean;
  /** Those who wait hear that nobody waits for an answer any more; what they sent stays. */
  giveUpWaiting(): void;
  /** No timer runs in the background. */
  setPaused(paused: boolean): void;
}

export interface OutgoingOptions {
  readonly shelf: Shelf;
  readonly clock: Clock;
  isOpen(): boolean;
  /** On an open connection that takes sends; false when something else has to happen first. */
  prepare(): boolean;
  send(text: string): void;
  onSent(sent: Sent): void;
  onRefused(refused: Refused): void;
}

interface Waiting {
  readonly resolve: (ack: AckFrame) => void;
  readonly reject: (error: MinimError) => void;
}

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { shelf, clock, isOpen, prepare, send, onSent, onRefused } = options;
  let outbox = outboxFromText(shelf.get());
  const waiting = new Map<string, Waiting>();
  /** The server takes nothing before that; 0 when it does. */
  let heldUntil = 0;
  /**
   * The first that has to be sent, again or at all: those before it are with the server, which takes nothing before one
   * that it refused. All of them where it is none that waits; null when there is nothing to send.
   */
  let unsent: string | null = '';
  let paused = false;
  let stopTimer = ignore;

  function change(after: Outbox): void {
    outbox = after;
    shelf.set(outboxToText(outbox));
  }

  /** Its place in the outbox, or -1. */
  function place(id: string | null | undefined): number {
    return outbox.findIndex((item) => item.id === id);
  }

  function take(id: string): Waiting | undefined {
    change(without(outbox, id));
    const waiter = waiting.get(id);
    waiting.delete(id);
    return waiter;
  }

  function waitFor(ms: number | undefined): void {
    heldUntil = Math.max(heldUntil, clock.now() + holdMs(ms));
    startTimer();
  }

  function startTimer(): void {
    stopTimer();
    stopTimer = ignore;
    if (!heldUntil || paused) return;
    const ms = heldUntil - clock.now();
    if (ms > 0) stopTimer = clock.after(ms, release);
    else release();
  }

  function release(): void {
    heldUntil = 0;
    goOn();
  }

  function goOn(): void {
    if (heldUntil || !isOpen() || !prepare() || unsent === null) return;
    const items = outbox.slice(Math.max(0, place(unsent)));
    unsent = null;
    for (const { text } of items) send(text);
  }

  function sendFrom(id: string): void {
    if (unsent === null || place(id) < place(unsent)) unsent = id;
  }

  return {
    has: (id) => place(id) >= 0,
    add: (id, text) => {
      const after = put(outbox, { id, text });
      if (!after) {
        const most = `at most ${MAX_OUTBOX_MESSAGES} messages or ${MAX_OUTBOX_BYTES} bytes wait to be sent`;
        return Promise.reject(new MinimError('outbox_full', most, id));
      }
      change(after);
      const answer = new Promise<AckFrame>((resolve, reject) => waiting.set(id, { resolve, reject }));
      // An app may go by the events alone.
      answer.catch(ignore);
      sendFrom(id);
      goOn();
      return answer;
    },
    resend: () => {
      unsent = '';
      goOn();
    },
    goOn,
    waitFor,
    ack: (frame) => {
      const { id } = frame;
      if (place(id) < 0) return false;
      const waiter = take(id);
      if (waiter) waiter.resolve(frame);
      onSent({ id, ack: frame });
      return true;
    },
    error: (error) => {
      const item = outbox[place(error.id)];
      const mustWait = isBusy(error);
      if (mustWait) {
        sendFrom(error.id || '');
        waitFor(error.retryAfterMs);
      }
      if (!item || mustWait) return !!item;
      const { id } = item;
      const waiter = take(id);
      if (waiter) waiter.reject(error);
      onRefused(Object.assign({ id, error }, contentOf(item)));
      return true;
    },
    giveUpWaiting: () => {
      for (const [id, { reject }] of waiting) {
        reject(new MinimError('connection_lost', 'closed; it is sent again on connect()', id));
      }
      waiting.clear();
    },
    setPaused: (value) => {
      paused = value;
      startTimer();
    },
  };
}
