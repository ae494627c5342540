import type { WelcomeFrame } from '../../src/protocol/frames.js';
import type { HeardFrame } from './frames.js';

/** What this device has of its user's inbox. A value: `hear` gives the next one. */
export interface Inbox {
  /** The last number it has; null before the first welcome ever. Only `toolong` makes it fall. */
  readonly cursor: number | null;
  /** What the cursor is a number of. */
  readonly epoch: string;
  /** The epoch of the server on this connection. Until `toolong` says where to go on, the cursor belongs to the old one. */
  readonly serverEpoch: string;
  /** Pongs in a row that showed a head above the cursor. */
  readonly behind: number;
}

export interface Heard {
  readonly inbox: Inbox;
  /**
   * - `new`: tell the app;
   * - `old`: it was told before;
   * - `gap`: something is missing before it. The server starts at the cursor on a new connection, so get one.
   */
  readonly news: 'new' | 'old' | 'gap';
}

export const EMPTY_INBOX: Inbox = { cursor: null, epoch: '', serverEpoch: '', behind: 0 };

/** One that shows a head above the cursor may have been overtaken by what it speaks of; a second one was not. */
const MAX_BEHIND = 2;

/**
 * Where `inbox` goes when `frame` comes. Every number is `new` once at most and in order, whatever is repeated, missing
 * or out of turn; what has no number is always `new`.
 */
export function hear(inbox: Inbox, frame: HeardFrame): Heard {
  switch (frame.type) {
    case 'welcome':
      return { inbox: begin(inbox, frame), news: 'new' };
    case 'message':
    case 'recalled':
      return frame.cursor === undefined ? { inbox, news: 'new' } : place(inbox, frame.cursor);
    case 'ack':
      // At any other number it is only an answer: the message comes back in its turn.
      return { inbox: follows(inbox, frame.cursor) ? advance(inbox, frame.cursor) : inbox, news: 'new' };
    case 'toolong':
      return { inbox: advance(inbox, frame.head), news: 'new' };
    case 'pong':
      return frame.head === undefined ? { inbox, news: 'new' } : look(inbox, frame.head);
    default:
      return { inbox, news: 'new' };
  }
}

function begin(inbox: Inbox, { cursor, epoch }: WelcomeFrame): Inbox {
  const known = inbox.cursor === null ? { cursor, epoch } : { cursor: inbox.cursor, epoch: inbox.epoch };
  return { cursor: known.cursor, epoch: known.epoch, serverEpoch: epoch, behind: 0 };
}

function place(inbox: Inbox, cursor: number): Heard {
  if (follows(inbox, cursor)) return { inbox: advance(inbox, cursor), news: 'new' };
  const known = inbox.cursor !== null && cursor <= inbox.cursor;
  return { inbox: behindBy(inbox, 0), news: known ? 'old' : 'gap' };
}

function look(inbox: Inbox, head: number): Heard {
  const behind = inbox.cursor !== null && head > inbox.cursor ? inbox.behind + 1 : 0;
  return behind < MAX_BEHIND
    ? { inbox: behindBy(inbox, behind), news: 'new' }
    : { inbox: behindBy(inbox, 0), news: 'gap' };
}

function follows(inbox: Inbox, cursor: number | undefined): cursor is number {
  return inbox.cursor !== null && cursor === inbox.cursor + 1;
}

/** A number that this server gave is of its epoch, and so is the cursor from then on. */
function advance({ serverEpoch }: Inbox, cursor: number): Inbox {
  return { cursor, epoch: serverEpoch, serverEpoch, behind: 0 };
}

function behindBy({ cursor, epoch, serverEpoch }: Inbox, behind: number): Inbox {
  return { cursor, epoch, serverEpoch, behind };
}

/** What is kept of it between two starts of the app; empty when there is nothing to keep. */
export function inboxToText({ cursor, epoch }: Inbox): string {
  return cursor === null ? '' : JSON.stringify({ cursor, epoch });
}

/** Empty for anything that is not what `inboxToText` gave. */
export function inboxFromText(text: string | undefined): Inbox {
  try {
    const kept: unknown = JSON.parse(text || 'null');
    return isKept(kept) ? { cursor: kept.cursor, epoch: kept.epoch, serverEpoch: kept.epoch, behind: 0 } : EMPTY_INBOX;
  } catch {
    return EMPTY_INBOX;
  }
}

function isKept(value: unknown): value is { readonly cursor: number; readonly epoch: string } {
  if (typeof value !== 'object' || value === null || !('cursor' in value) || !('epoch' in value)) return false;
  const { cursor, epoch } = value;
  return Number.isSafeInteger(cursor) && Number(cursor) >= 0 && typeof epoch === 'string';
}
