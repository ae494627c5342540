import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeardFrame } from '../../mini-program-client/src/frames.js';
import {
  EMPTY_INBOX,
  type Heard,
  hear,
  type Inbox,
  inboxFromText,
  inboxToText,
} from '../../mini-program-client/src/inbox.js';
import type { DeliveredMessageFrame } from '../../src/protocol/frames.js';
import { WELCOME } from '../support/client-hosts.js';

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
const pong = (head: number): HeardFrame => ({ type: 'pong', head });

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
    expect(all([welcome(7)]).inbox.cursor).toBe(7);
    expect(all([welcome(7), message(8), welcome(3), welcome(30)]).inbox.cursor).toBe(8);
  });

  it('takes the next number, and each only once', () => {
    const { inbox, verdicts } = all([welcome(0), message(1), message(1), recalled(2), message(2), message(3)]);
    expect(verdicts).toEqual(['new', 'new', 'old', 'new', 'old', 'new']);
    expect(inbox.cursor).toBe(3);
  });

  it('sees a gap, and stays before it', () => {
    const { inbox, verdicts } = all([welcome(0), message(2), recalled(5), message(1)]);
    expect(verdicts).toEqual(['new', 'gap', 'gap', 'new']);
    expect(inbox.cursor).toBe(1);
  });

  it('has a gap before anything that comes before it knows where it begins', () => {
    expect(all([message(1)])).toMatchObject({ verdicts: ['gap'], inbox: { cursor: null } });
  });

  it('lets the ack of the next number take its place, and no other ack', () => {
    const { inbox, verdicts } = all([welcome(4), ack(6), ack(5), message(5), ack(3), message(6)]);
    expect(verdicts).toEqual(['new', 'new', 'new', 'old', 'new', 'new']);
    expect(inbox.cursor).toBe(6);
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
    expect(inbox.cursor).toBe(51);
  });

  it('keeps its number under its own epoch until the server says where the new one goes on', () => {
    const before = all([welcome(9), welcome(9, 'e2')]).inbox;
    expect(before).toMatchObject({ cursor: 9, epoch: 'e1', serverEpoch: 'e2' });
    expect(hear(before, toolong(4)).inbox).toMatchObject({ cursor: 4, epoch: 'e2' });
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

describe('whatever comes, in whatever order,', () => {
  const number = fc.nat({ max: 12 });
  const epoch = fc.constantFrom('e1', 'e2');
  const frame: fc.Arbitrary<HeardFrame> = fc.oneof(
    { weight: 6, arbitrary: number.map(message) },
    { weight: 2, arbitrary: number.map(recalled) },
    { weight: 3, arbitrary: number.map(ack) },
    { weight: 2, arbitrary: number.map(pong) },
    { weight: 1, arbitrary: number.map(toolong) },
    { weight: 1, arbitrary: fc.tuple(number, epoch).map(([cursor, name]) => welcome(cursor, name)) },
  );
  const frames = fc.array(frame, { maxLength: 80 });
  const isNumbered = (one: HeardFrame) => one.type === 'message' || one.type === 'recalled';

  it('an inbox tells each number once at most and in order, until it goes on from another place', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        let last = -1;
        for (const one of list) {
          const heard = hear(inbox, one);
          if (one.type === 'toolong') last = one.head;
          if (isNumbered(one) && heard.news === 'new') {
            expect(one.cursor).toBe((inbox.cursor ?? -1) + 1);
            expect(one.cursor).toBeGreaterThan(last);
            last = one.cursor ?? -1;
          }
          inbox = heard.inbox;
        }
      }),
    );
  });

  it('its cursor moves by one or not at all, and falls only where the server says that it goes on from there', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        for (const one of list) {
          const after = hear(inbox, one).inbox;
          if (one.type !== 'toolong' && inbox.cursor !== null) {
            expect([inbox.cursor, inbox.cursor + 1]).toContain(after.cursor);
          }
          inbox = after;
        }
      }),
    );
  });

  it('it misses nothing: each number that the cursor passed was told, or was the place of an own ack', () => {
    fc.assert(
      fc.property(frames, (list) => {
        let inbox = EMPTY_INBOX;
        for (const one of list) {
          const { inbox: after, news } = hear(inbox, one);
          const moved = inbox.cursor !== null && after.cursor !== inbox.cursor && one.type !== 'toolong';
          if (moved) expect(one).toMatchObject({ cursor: after.cursor });
          if (moved && one.type !== 'ack') expect(news).toBe('new');
          inbox = after;
        }
      }),
    );
  });
});
