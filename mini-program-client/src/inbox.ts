import type { PongFrame, TooLongFrame, WelcomeFrame } from '../../src/protocol/frames.js';
import type { HeardFrame, PolledFrame } from './frames.js';
import { fieldsOf, isPlace, isText } from './json.js';
import { follows, look, type News, reachedTo, type Timeline, take } from './timeline.js';

/** What this device has of what the server sends it. A value: `hear` gives the next one. */
export interface Inbox {
  /** Of its user's inbox, by `cursor`. Only `toolong` makes it fall. */
  readonly messages: Timeline;
  /** Of what goes to everyone, by `seq`. A new epoch makes it fall, too. */
  readonly broadcasts: Timeline;
  /** What the cursor is a number of. */
  readonly epoch: string;
  /** The epoch of the server on this connection. Until `toolong` says where to go on, the cursor belongs to the old one. */
  readonly serverEpoch: string;
}

export interface Heard {
  readonly inbox: Inbox;
  readonly news: News;
}

export const EMPTY_INBOX: Inbox = {
  messages: reachedTo(null),
  broadcasts: reachedTo(null),
  epoch: '',
  serverEpoch: '',
};

/**
 * Where `inbox` goes when `frame` comes. Every number is `new` once at most and in order, whatever is repeated, missing
 * or out of turn; what has no number is always `new`.
 */
export function hear(inbox: Inbox, frame: HeardFrame): Heard {
  const { messages, broadcasts, serverEpoch } = inbox;
  switch (frame.type) {
    case 'welcome':
    case 'polled':
      return { inbox: begin(inbox, frame), news: 'new' };
    case 'message':
    case 'recalled':
      return receive(inbox, frame.cursor);
    case 'broadcast': {
      const { timeline, news } = take(broadcasts, frame.seq);
      return { inbox: change(inbox, { broadcasts: timeline }), news };
    }
    case 'ack':
      // At any other number it is only an answer: the message comes back in its turn.
      return receive(inbox, follows(messages, frame.cursor) ? frame.cursor : undefined);
    case 'toolong': {
      const timeline = reachedTo(frame.head);
      const changes = frame.broadcast ? { broadcasts: timeline } : { messages: timeline, epoch: serverEpoch };
      return { inbox: change(inbox, changes), news: 'new' };
    }
    case 'pong':
      return compare(inbox, frame);
    default:
      return { inbox, news: 'new' };
  }
}

/** What a `welcome` says beyond where this device goes on: the broadcasts between are not kept. */
export function forgotten({ broadcasts }: Inbox, { broadcast, broadcastFrom }: WelcomeFrame): TooLongFrame | null {
  const { reached } = broadcasts;
  const head = broadcastFrom - 1;
  // Where nothing at all is replayed, the server says so itself.
  if (reached === null || head <= reached || head >= broadcast) return null;
  return { type: 'toolong', broadcast: true, from: reached + 1, floor: head, head };
}

function begin({ messages, broadcasts, epoch }: Inbox, welcome: WelcomeFrame | PolledFrame): Inbox {
  const known = epoch === welcome.epoch ? broadcasts.reached : null;
  return {
    messages: reachedTo(messages.reached ?? welcome.cursor),
    broadcasts: reachedTo(known ?? welcome.broadcast),
    epoch: epoch || welcome.epoch,
    serverEpoch: welcome.epoch,
  };
}

/** A number that this server gave is of its epoch, and so is the cursor from then on. */
function receive(inbox: Inbox, cursor: number | undefined): Heard {
  const { messages, epoch, serverEpoch } = inbox;
  const { timeline, news } = take(messages, cursor);
  const moved = timeline.reached !== messages.reached;
  return { inbox: change(inbox, { messages: timeline, epoch: moved ? serverEpoch : epoch }), news };
}

function compare(inbox: Inbox, pong: PongFrame): Heard {
  const messages = look(inbox.messages, pong.head);
  const broadcasts = look(inbox.broadcasts, pong.broadcast);
  const news = messages.news === 'new' ? broadcasts.news : messages.news;
  return { inbox: change(inbox, { messages: messages.timeline, broadcasts: broadcasts.timeline }), news };
}

function change(inbox: Inbox, changes: Partial<Inbox>): Inbox {
  return Object.assign({}, inbox, changes);
}

/** What is kept of it between two starts of the app; empty when there is nothing to keep. */
export function inboxToText({ messages, broadcasts, epoch }: Inbox): string {
  const cursor = messages.reached;
  return cursor === null ? '' : JSON.stringify({ cursor, epoch, broadcast: broadcasts.reached });
}

/** Empty for anything that is not what `inboxToText` gave. */
export function inboxFromText(text: string | undefined): Inbox {
  const { cursor, epoch, broadcast } = fieldsOf(text || '') || {};
  if (!isPlace(cursor) || !isText(epoch)) return EMPTY_INBOX;
  const broadcasts = reachedTo(isPlace(broadcast) ? broadcast : null);
  return { messages: reachedTo(cursor), broadcasts, epoch, serverEpoch: epoch };
}
