import { describe, expect, it } from 'vitest';
import { badge } from '../../mini-program-client/miniprogram/model/badge';
import { newConversation } from '../../mini-program-client/miniprogram/model/conversations';
import { colourOf, FACE_COLOURS, lettersOf, pictureOf } from '../../mini-program-client/miniprogram/model/faces';
import { newSendId, timeOfSend } from '../../mini-program-client/miniprogram/model/ids';
import { keptSends, textOf } from '../../mini-program-client/miniprogram/model/kept-sends';
import { listRow } from '../../mini-program-client/miniprogram/model/list-rows';
import { menuFor } from '../../mini-program-client/miniprogram/model/menu';
import { barFor } from '../../mini-program-client/miniprogram/model/offline';
import { listChanges } from '../../mini-program-client/miniprogram/model/paths';
import { problemText } from '../../mini-program-client/miniprogram/model/problems';
import { clockTime, dayLabel, shortLabel } from '../../mini-program-client/miniprogram/model/time';
import { ENGLISH } from '../../mini-program-client/miniprogram/words/en';
import { wordsFor } from '../../mini-program-client/miniprogram/words/words';
import { CHINESE } from '../../mini-program-client/miniprogram/words/zh';

const NOW = new Date(2026, 2, 10, 0, 5).getTime();
const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour, 3).getTime();

describe('when something was said', () => {
  it('is a time today, and a day before', () => {
    expect(clockTime(at(2026, 3, 10, 9))).toBe('09:03');
    expect(shortLabel(at(2026, 3, 10, 0), NOW, ENGLISH)).toBe('00:03');
    expect(shortLabel(at(2026, 3, 9, 23), NOW, ENGLISH)).toBe('Yesterday');
    expect(dayLabel(at(2026, 3, 10), NOW, ENGLISH)).toBe('Today');
    expect(dayLabel(at(2026, 3, 6), NOW, ENGLISH)).toBe('Friday');
    expect(dayLabel(at(2026, 3, 3), NOW, ENGLISH)).toBe('3 Mar');
    expect(dayLabel(at(2025, 12, 31), NOW, ENGLISH)).toBe('31 Dec 2025');
    expect(dayLabel(at(2025, 12, 31), NOW, CHINESE)).toBe('2025年12月31日');
  });
});

it('a badge counts to 99, and is not there for nothing', () => {
  expect([0, 1, 99, 100].map(badge)).toEqual(['', '1', '99', '99+']);
});

describe('who has no picture', () => {
  it('has letters, or the first sign of a script that needs no second', () => {
    expect(['anna', 'Anna Bell', 'a.bell', '王小明', '😀 smile', ''].map(lettersOf)).toEqual([
      'A',
      'AB',
      'AB',
      '王',
      '😀',
      '?',
    ]);
  });

  it('has the same colour on every phone', () => {
    expect(colourOf('anna')).toBe(colourOf('anna'));
    expect(['a', 'b', 'c'].map(colourOf).every((colour) => colour >= 0 && colour < FACE_COLOURS)).toBe(true);
  });

  it('is who names a picture that is not of the web', () => {
    expect([undefined, 'cat', 'javascript:alert(1)', 'https://x.de/a.png'].map(pictureOf)).toEqual([
      '',
      '',
      '',
      'https://x.de/a.png',
    ]);
  });
});

it('the name of a send says when it was made', () => {
  const id = newSendId(1_767_225_600_123, Math.random);
  expect(id).toMatch(/^at-[0-9a-z]{8}-[0-9a-z]+$/);
  expect(timeOfSend(id, 7)).toBe(1_767_225_600_123);
  expect(timeOfSend('somebody-elses', 7)).toBe(7);
});

it('what was kept of an outbox is read, and anything else is nothing', () => {
  const one = { type: 'message', id: 'a', toUserId: 'B', message: 'hi' };
  const other = { type: 'message', id: 'b', room: 'lobby', message: { price: 5 } };
  const all = { type: 'broadcast', id: 'c', message: 'all' };
  expect(keptSends(JSON.stringify([one, other, all]))).toEqual([one, other]);
  expect(['', '{}', '[1,null]', '{'].map(keptSends)).toEqual([[], [], [], []]);
  expect([textOf('hi'), textOf({ price: 5 }), textOf(undefined)]).toEqual(['hi', '{"price":5}', '']);
});

describe('what can be done with a message', () => {
  const sent = { key: 'a', id: 'a', fromUserId: 'A', text: 'hi', sentAt: 1000, seq: 1 };
  const actions = (entry: Parameters<typeof menuFor>[0], now = 2000, canRecall = true) =>
    menuFor(entry, { ownId: 'A', now, canRecall }, ENGLISH.thread).map(({ action }) => action);

  it('is to copy it, and to take an own one back for two minutes', () => {
    expect(actions(sent)).toEqual(['copy', 'recall']);
    expect(actions(sent, 1000 + 120_000)).toEqual(['copy']);
    expect(actions({ ...sent, fromUserId: 'B' })).toEqual(['copy']);
    expect(actions(sent, 2000, false)).toEqual(['copy']);
  });

  it('is to send a refused one again, or to remove it', () => {
    expect(actions({ ...sent, seq: undefined, failed: 'forbidden' })).toEqual(['copy', 'resend', 'remove']);
  });

  it('is nothing when it was taken back', () => {
    expect(actions({ ...sent, recalled: true })).toEqual([]);
  });
});

describe('the bar', () => {
  it('says nothing while there is a connection, and none in the background', () => {
    for (const phase of ['idle', 'connected', 'paused']) expect(barFor({ phase }, ENGLISH.offline).text).toBe('');
    expect(barFor({ phase: 'closed', word: '' }, ENGLISH.offline).text).toBe('');
  });

  it('says what to do', () => {
    expect(barFor({ phase: 'waiting' }, ENGLISH.offline).action).toBe('connect');
    expect(barFor({ phase: 'closed', word: 'token_revoked' }, ENGLISH.offline).action).toBe('login');
    expect(barFor({ phase: 'closed', word: 'replaced' }, ENGLISH.offline).text).toBe('Signed in on another phone');
  });
});

describe('what goes to the view', () => {
  it('is the row that came, not the list', () => {
    const one = { key: 'a', text: '1' };
    const two = { key: 'b', text: '2' };
    expect(listChanges('rows', [one], [one, two])).toEqual({ 'rows[1]': two });
  });

  it('is the field that changed, not the row', () => {
    expect(listChanges('rows', [{ key: 'a', text: '1', n: 1 }], [{ key: 'a', text: '2', n: 1 }])).toEqual({
      'rows[0].text': '2',
    });
  });

  it('is the list where it got shorter or older at its front, and nothing where nothing changed', () => {
    const list = [{ key: 'a' }, { key: 'b' }];
    expect(listChanges('rows', list, [{ key: 'a' }])).toEqual({ rows: [{ key: 'a' }] });
    expect(listChanges('rows', list, [{ key: 'z' }, ...list])).toEqual({ rows: [{ key: 'z' }, ...list] });
    expect(
      listChanges(
        'rows',
        list,
        list.map((row) => ({ ...row })),
      ),
    ).toEqual({});
  });
});

describe('a line of the list', () => {
  const last = { key: 'a', fromUserId: 'B', text: 'one\n  two', sentAt: NOW, seq: 1 };
  const context = {
    ownId: 'A',
    now: NOW,
    words: ENGLISH,
    face: (userId: string) => ({ name: userId, picture: '' }),
    isOnline: () => true,
    isTyping: () => false,
  };
  const row = (changes: object, key = 'u:B') => listRow({ ...newConversation(key), last, ...changes }, context);

  it('has the last message in one line, its time, and what is unread', () => {
    expect(row({ unread: 3 })).toMatchObject({ preview: 'one two', time: '00:05', badge: '3', online: true });
    expect(row({ unread: 3 }).label).toBe('B, online, 3 unread messages, one two, 00:05');
  });

  it('says who spoke, in a room and when it was this user', () => {
    expect(row({}, 'r:lobby')).toMatchObject({ name: 'lobby', preview: 'B: one two', online: false });
    expect(row({ last: { ...last, fromUserId: 'A' } }).preview).toBe('You: one two');
  });

  it('says what was refused or taken back', () => {
    expect(row({ last: { ...last, failed: 'forbidden' } })).toMatchObject({
      preview: 'Not sent: one two',
      hasFailed: true,
    });
    expect(row({ last: { ...last, recalled: true, text: '' } }).preview).toBe('Message taken back');
  });

  it('cuts no sign in two', () => {
    expect(row({ last: { ...last, text: '😀'.repeat(300) } }).preview).toBe('😀'.repeat(120));
  });
});

it('a problem is told in words, by its code or as it was said', () => {
  const error = Object.assign(new Error('the server said no'), { code: 'forbidden' });
  expect(problemText(error, { forbidden: 'Not allowed' })).toBe('Not allowed');
  expect(problemText(error, {})).toBe('the server said no');
});

it('each language has the words that the other has, and the phone says which it is', () => {
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.length;
    if (typeof value !== 'object' || value === null) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
  };
  expect(shape(CHINESE)).toEqual(shape(ENGLISH));
  expect([wordsFor('zh_CN'), wordsFor('zh_TW'), wordsFor('en'), wordsFor('fr')]).toEqual([
    CHINESE,
    CHINESE,
    ENGLISH,
    ENGLISH,
  ]);
});
