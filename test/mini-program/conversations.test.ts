import { describe, expect, it } from 'vitest';
import {
  type Conversation,
  counted,
  merged,
  newConversation,
  readTo,
  type ServerConversation,
} from '../../mini-program-client/miniprogram/model/conversations';
import { EMPTY_THREAD, type Placed, type Thread, told } from '../../mini-program-client/miniprogram/model/entries';

const of = (seq: number, fromUserId = 'B'): Placed => ({
  key: `m${seq}`,
  messageId: `m${seq}`,
  seq,
  fromUserId,
  text: '',
  sentAt: seq,
});
const said = (last: number, unread: number, ownRead: number): ServerConversation => ({
  nickname: 'Bo',
  avatar: '',
  last: of(last),
  unread,
  delivered: 0,
  read: 0,
  ownRead,
});
const threadOf = (...entries: Placed[]): Thread => entries.reduce(told, EMPTY_THREAD);
const conversationOf = (...entries: Placed[]): Conversation =>
  entries.reduce((conversation, entry) => counted(conversation, entry, 'A'), newConversation('u:B'));

describe('unread', () => {
  it('counts what others say, each message once', () => {
    expect(conversationOf(of(1), of(2), of(2), of(1)).unread).toBe(2);
    expect(conversationOf(of(1), of(2, 'A'), of(3)).unread).toBe(2);
  });

  it('counts nothing twice that the server has counted', () => {
    const known = merged(newConversation('u:B'), said(5, 3, 2), EMPTY_THREAD, 'A');
    expect(known.unread).toBe(3);
    expect(counted(known, of(5), 'A').unread).toBe(3);
    expect(counted(known, of(6), 'A').unread).toBe(4);
  });

  it('counts on top of what the server says what was told after it', () => {
    const entries = [of(4), of(5), of(6)];
    expect(merged(conversationOf(...entries), said(5, 3, 2), threadOf(...entries), 'A')).toMatchObject({
      unread: 4,
      countedTo: 6,
    });
  });

  it('is nothing once all of it was read, and what is left when a part of it was', () => {
    const entries = [of(1), of(2), of(3)];
    const conversation = conversationOf(...entries);
    expect(readTo(conversation, 3, threadOf(...entries), 'A').unread).toBe(0);
    expect(readTo(conversation, 2, threadOf(...entries), 'A').unread).toBe(1);
  });

  it('is not taken from a server that has not yet heard how far this phone has read', () => {
    const entries = [of(1), of(2), of(3)];
    const conversation = readTo(conversationOf(...entries), 3, threadOf(...entries), 'A');
    expect(merged(conversation, said(3, 3, 0), threadOf(...entries), 'A')).toMatchObject({ unread: 0, ownRead: 3 });
  });

  it('does not count what is recalled before it was told', () => {
    expect(counted(newConversation('u:B'), { ...of(1), recalled: true }, 'A')).toMatchObject({
      unread: 0,
      countedTo: 1,
    });
  });
});

it('an own message on its way stays the last of the list, whatever the server says', () => {
  const { seq: _, ...waiting } = of(1, 'A');
  const last = { ...waiting, key: 'a', id: 'a' };
  expect(merged({ ...newConversation('u:B'), last }, said(5, 0, 5), EMPTY_THREAD, 'A').last).toBe(last);
});
