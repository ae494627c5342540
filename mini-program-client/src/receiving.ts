import type { TooLongFrame, WelcomeFrame } from '../../src/protocol/frames.js';
import type { Draft, HeardFrame } from './frames.js';
import type { Clock } from './hosts/clock.js';
import type { Shelf } from './hosts/storage.js';
import { ignore } from './hosts/transport.js';
import { forgotten, hear, inboxFromText, inboxToText } from './inbox.js';
import { CONFIRM_EVERY } from './limits.js';

/** The receiving side: what has come, what the server was told of that, and what is kept of it. */
export interface Receiving {
  /** Where a dial begins, for its address; empty before the first welcome ever. */
  query(): string;
  /** A ping, which confirms too. */
  ping(): string;
  /**
   * Tells, if it is new to the app; only then does the cursor move, and is it kept and confirmed: an app that dies in a
   * listener is told again.
   *
   * @returns false when something is missing and a new connection has to bring it
   */
  hear(frame: HeardFrame, tell: () => void): boolean;
  /** The broadcasts that will not come any more, by a `welcome` that was heard. */
  forgotten(welcome: WelcomeFrame): TooLongFrame | null;
  /** Tells the server now what it has not been told, if the connection is there. */
  confirm(): void;
  /** No timer runs without a connection, nor in the background, where everything is confirmed at once. */
  setActive(active: boolean): void;
}

export interface ReceivingOptions {
  readonly shelf: Shelf;
  readonly clock: Clock;
  readonly confirmAfterMs: number;
  isOpen(): boolean;
  tellServer(frame: Draft): void;
}

export function createReceiving({ shelf, clock, confirmAfterMs, isOpen, tellServer }: ReceivingOptions): Receiving {
  let inbox = inboxFromText(shelf.get());
  let kept = inboxToText(inbox);
  /** The cursor that the server was told last. */
  let confirmed = inbox.messages.reached;
  /** Frames told to the app since; a connection that is lost leaves them to the next one. */
  let owed = 0;
  let active = false;
  let stopTimer: (() => void) | null = null;

  function keep(): void {
    const text = inboxToText(inbox);
    if (text !== kept) shelf.set(text);
    kept = text;
  }

  function confirm(): void {
    rest();
    const cursor = inbox.messages.reached;
    if (cursor === null || cursor === confirmed || !isOpen()) return;
    settle();
    tellServer({ type: 'received', cursor });
  }

  function settle(): void {
    confirmed = inbox.messages.reached;
    owed = 0;
  }

  function rest(): void {
    (stopTimer || ignore)();
    stopTimer = null;
  }

  function confirmSoon(): void {
    if (owed === 0) return;
    if (owed >= CONFIRM_EVERY || !active) confirm();
    else if (!stopTimer) stopTimer = clock.after(confirmAfterMs, confirm);
  }

  return {
    query: () => {
      const { messages, broadcasts, epoch } = inbox;
      if (messages.reached === null) return '';
      const query = `&cursor=${messages.reached}&epoch=${encodeURIComponent(epoch)}`;
      return broadcasts.reached === null ? query : `${query}&broadcast=${broadcasts.reached}`;
    },
    ping: () => {
      rest();
      settle();
      return JSON.stringify({ type: 'ping', cursor: confirmed ?? undefined });
    },
    hear: (frame, tell) => {
      const { inbox: after, news } = hear(inbox, frame);
      if (news === 'new') tell();
      // Where the server begins by itself needs no confirmation.
      if (inbox.messages.reached === null) confirmed = after.messages.reached;
      inbox = after;
      keep();
      if (news === 'new' && isNumbered(frame)) owed += 1;
      confirmSoon();
      return news !== 'gap';
    },
    forgotten: (welcome) => forgotten(inbox, welcome),
    confirm,
    setActive: (value) => {
      active = value;
      if (!active) rest();
    },
  };
}

/** An own send's ack takes a number too, but the next ping is soon enough to say so. */
function isNumbered(frame: HeardFrame): boolean {
  return (frame.type === 'message' || frame.type === 'recalled') && frame.cursor !== undefined;
}
