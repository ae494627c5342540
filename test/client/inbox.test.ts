import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeardFrame } from '../../mini-program-client/src/frames.js';
import {
  EMPTY_INBOX,
  forgotten,
  type Heard,
  hear,
  type Inbox,
  inboxFromText,
  inboxToText,
} from '../../mini-program-client/src/inbox.js';
import type { DeliveredMessageFrame } from '../../src/protocol/frames.js';
import { WELCOME } from '../support/client-hosts.js';
import { runs, sequencesOf } from '../support/sequences.js';

const welcome = (cursor: number, epoch = 'e1'): HeardFrame => ({ ...WELCOME, cursor, epoch });
const message = (cursor?: number): DeliveredMessageFrame => {
  const frame: DeliveredMessageFrame = { type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1 };
  return cursor === undefined ? frame : { ...frame, cursor };
};
const recalled = (cursor: number): HeardFrame => ({
  type: 'recalled',
  messageId: 'm',
  cursor,
  seq: 1,
  fromUserId: 'B',
  toUserId: 'A',
});
const ack = (cursor: number): HeardFrame => ({ type: 'ack', id: 'i', cursor });
const toolong = (head: number): HeardFrame => ({ type: 'toolong', from: 1, floor: head, head });
const pong = (head: number, broadcast = 0): HeardFrame => ({ type: 'pong', head, broadcast });
const broadcast = (seq: number): HeardFrame => ({
  type: 'broadcast',
  messageId: 'b',
  seq,
  fromUserId: 'B',
  message: 'hi',
  sentAt: 1,
});
/** With the head of the broadcasts, and the first one that follows; the one after the head when left out. */
const welcomeAt = (head: number, from = head + 1, epoch = 'e1') =>
  ({ ...WELCOME, epoch, broadcast: head, broadcastFrom: from }) as const;
const toolongForAll = (head: number): HeardFrame => ({ type: 'toolong', from: 1, floor: head, head, broadcast: true });

/** What became of the frames, one after another. */
function all(frames: readonly HeardFrame[], from: Inbox = EMPTY_INBOX): Heard & { readonly verdicts: string[] } {
  const verdicts: string[] = [];
  let inbox = from;
  for (const frame of frames) {
    const heard = hear(inbox, frame);
    inbox = heard.inbox;
    verdicts.push(heard.news);
  }
  return { inbox, news: 'new', verdicts };
}

describe('an inbox', () => {
  it('begins where the first welcome says, and nowhere else later', () => {
    expect(all([welcome(7)]).inbox.messages.reached).toBe(7);
    expect(all([welcome(7), message(8), welcome(3), welcome(30)]).inbox.messages.reached).toBe(8);
  });

  it('takes the next number, and each only once', () => {
    const { inbox, verdicts } = all([welcome(0), message(1), message(1), recalled(2), message(2), message(3)]);
    expect(verdicts).toEqual(['new', 'new', 'old', 'new', 'old', 'new']);
    expect(inbox.messages.reached).toBe(3);
  });

  it('sees a gap, and stays before it', () => {
    const { inbox, verdicts } = all([welcome(0), message(2), recalled(5), message(1)]);
    expect(verdicts).toEqual(['new', 'gap', 'gap', 'new']);
    expect(inbox.messages.reached).toBe(1);
  });

  it('has a gap before anything that comes before it knows where it begins', () => {
    expect(all([message(1)])).toMatchObject({ verdicts: ['gap'], inbox: { messages: { reached: null } } });
  });

  it('lets the ack of the next number take its place, and no other ack', () => {
    const { inbox, verdicts } = all([welcome(4), ack(6), ack(5), message(5), ack(3), message(6)]);
    expect(verdicts).toEqual(['new', 'new', 'new', 'old', 'new', 'new']);
    expect(inbox.messages.reached).toBe(6);
  });

  it('lets everything by that has no number', () => {
    expect(all([message(), welcome(1), message(), pong(1)]).verdicts).toEqual(['new', 'new', 'new', 'new']);
  });

  it('has a gap when two pongs in a row show more than came', () => {
    expect(all([welcome(1), pong(2), pong(2)]).verdicts).toEqual(['new', 'new', 'gap']);
    expect(all([welcome(1), pong(3), message(2), pong(3), message(3), pong(3)]).verdicts).not.toContain('gap');
    expect(all([welcome(1), pong(2), welcome(1), pong(2)]).verdicts).not.toContain('gap');
  });

  it('goes on from the head when what lies between is not kept', () => {
    const { inbox, verdicts } = all([welcome(1), toolong(50), message(50), message(51)]);
    expect(verdicts).toEqual(['new', 'new', 'old', 'new']);
    expect(inbox.messages.reached).toBe(51);
  });

  it('keeps its number under its own epoch until the server says where the new one goes on', () => {
    const before = all([welcome(9), welcome(9, 'e2')]).inbox;
    expect(before).toMatchObject({ messages: { reached: 9 }, epoch: 'e1', serverEpoch: 'e2' });
    expect(hear(before, toolong(4)).inbox).toMatchObject({ messages: { reached: 4 }, epoch: 'e2' });
  });

  it('comes back from its text as it was, and empty from anything else', () => {
    const { inbox } = all([welcome(9)]);
    expect(inboxFromText(inboxToText(inbox))).toEqual(inbox);
    expect(inboxToText(EMPTY_INBOX)).toBe('');
    for (const text of [undefined, '', 'x', '7', 'null', '{}', '{"cursor":-1,"epoch":""}', '{"cursor":1}']) {
      expect(inboxFromText(text)).toEqual(EMPTY_INBOX);
    }
  });
});

describe('the broadcasts', () => {
  const reached = (frames: readonly HeardFrame[]) => all(frames).inbox.broadcasts.reached;

  it('begin at the head that the first welcome says', () => {
    expect(reached([welcomeAt(7)])).toBe(7);
    expect(reached([welcomeAt(7), broadcast(8), welcomeAt(30, 9)])).toBe(8);
  });

  it('are taken in order and once each, whatever the inbox does', () => {
    const frames = [welcomeAt(0), broadcast(1), message(1), broadcast(1), message(2), broadcast(2), broadcast(4)];
    const { inbox, verdicts } = all(frames);
    expect(verdicts).toEqual(['new', 'new', 'new', 'old', 'new', 'new', 'gap']);
    expect(inbox).toMatchObject({ messages: { reached: 2 }, broadcasts: { reached: 2 } });
  });

  it('have a gap when two pongs in a row show more than came, messages between them or not', () => {
    expect(all([welcomeAt(1), pong(0, 2), pong(0, 2)]).verdicts).toEqual(['new', 'new', 'gap']);
    expect(all([welcomeAt(1), pong(0, 2), message(1), pong(1, 2)]).verdicts).toEqual(['new', 'new', 'new', 'gap']);
    expect(all([welcomeAt(1), pong(0, 3), broadcast(2), pong(0, 3), broadcast(3), pong(0, 3)]).verdicts).not.toContain(
      'gap',
    );
  });

  it('go on from the head when what lies between is not kept, and the cursor stays', () => {
    const { inbox } = all([welcomeAt(1), toolongForAll(50), broadcast(50), broadcast(51)]);
    expect(inbox).toMatchObject({ messages: { reached: 0 }, broadcasts: { reached: 51 } });
  });

  it('of another epoch begin at its head', () => {
    expect(reached([welcomeAt(9), welcomeAt(4, 5, 'e2')])).toBe(4);
  });

  it('are forgotten where the first one that follows is not the next one', () => {
    const { inbox } = all([welcomeAt(3)]);
    expect(forgotten(inbox, welcomeAt(300, 101))).toEqual({
      type: 'toolong',
      broadcast: true,
      from: 4,
      floor: 100,
      head: 100,
    });
    for (const from of [1, 4, 301]) expect(forgotten(inbox, welcomeAt(300, from))).toBeNull();
    expect(forgotten(EMPTY_INBOX, welcomeAt(300, 101))).toBeNull();
  });

  it('come back from the text of an inbox that had none', () => {
    const before = inboxFromText('{"cursor":5,"epoch":"e1"}');
    expect(before).toMatchObject({ messages: { reached: 5 }, broadcasts: { reached: null } });
    expect(hear(before, welcomeAt(7)).inbox).toMatchObject({ messages: { reached: 5 }, broadcasts: { reached: 7 } });
  });
});

describe('whatever comes, in whatever order,', () => {
  const number = fc.nat({ max: 6 });
  const epoch = fc.constantFrom('e1', 'e2');
  const frame: fc.Arbitrary<HeardFrame> = fc.oneof(
    { weight: 6, arbitrary: number.map(message) },
    { weight: 2, arbitrary: number.map(recalled) },
    { weight: 3, arbitrary: number.map(ack) },
    { weight: 2, arbitrary: fc.tuple(number, number).map(([head, last]) => pong(head, last)) },
    { weight: 4, arbitrary: number.map(broadcast) },
    { weight: 1, arbitrary: number.map(toolongForAll) },
    { weight: 1, arbitrary: number.map(toolong) },
    { weight: 1, arbitrary: fc.tuple(number, epoch).map(([cursor, name]) => welcome(cursor, name)) },
  );
  const frames = sequencesOf(frame, 80);
  const isNumbered = (one: HeardFrame) => one.type === 'message' || one.type === 'recalled';

  it('an inbox tells each number once at most and in order, until it goes on from another place', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        let last = -1;
        for (const one of list) {
          const heard = hear(inbox, one);
          if (one.type === 'toolong' && !one.broadcast) last = one.head;
          if (isNumbered(one) && heard.news === 'new') {
            expect(one.cursor).toBe((inbox.messages.reached ?? -1) + 1);
            expect(one.cursor).toBeGreaterThan(last);
            last = one.cursor ?? -1;
          }
          inbox = heard.inbox;
        }
      }),
      runs(100),
    );
  });

  it('its cursor moves by one or not at all, and falls only where the server says that it goes on from there', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        for (const one of list) {
          const after = hear(inbox, one).inbox;
          if (one.type !== 'toolong' && inbox.messages.reached !== null) {
            expect([inbox.messages.reached, inbox.messages.reached + 1]).toContain(after.messages.reached);
          }
          inbox = after;
        }
      }),
      runs(100),
    );
  });

  it('broadcasts are told once at most and in order, until they go on from another place', () => {
    const jumps = (one: HeardFrame) => one.type === 'welcome' || (one.type === 'toolong' && one.broadcast === true);
    const taken = (one: HeardFrame, reached: number | null) =>
      one.type === 'broadcast' && reached !== null && one.seq === reached + 1 ? one.seq : null;
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        for (const one of list) {
          const { inbox: after, news } = hear(inbox, one);
          const { reached } = inbox.broadcasts;
          const number = taken(one, reached);
          if (one.type === 'broadcast') expect(news === 'new').toBe(number !== null);
          if (!jumps(one)) expect(after.broadcasts.reached).toBe(number ?? reached);
          inbox = after;
        }
      }),
      runs(100),
    );
  });

  it('it misses nothing: each number that the cursor passed was told, or was the place of an own ack', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        for (const one of list) {
          const { inbox: after, news } = hear(inbox, one);
          const moved =
            inbox.messages.reached !== null &&
            after.messages.reached !== inbox.messages.reached &&
            one.type !== 'toolong';
          if (moved) expect(one).toMatchObject({ cursor: after.messages.reached });
          if (moved && one.type !== 'ack') expect(news).toBe('new');
          inbox = after;
        }
      }),
      runs(100),
    );
  });
});
