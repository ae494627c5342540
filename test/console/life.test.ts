import { describe, expect, it } from 'vitest';
import { lifeFrom } from '../../src/console/web/operate/life.js';
import { isUserId, justBelow } from '../../src/console/web/operate/online.js';

const MESSAGE = {
  kind: 'message',
  why: 'because',
  messageId: 'e-1',
  seq: 4,
  fromUserId: 'A',
  toUserId: 'B',
  sentAt: 1_000,
  recipientCursor: 9,
  state: 'kept',
  delivered: false,
  read: false,
  online: false,
  devices: [],
  sessions: [],
  pushes: [],
  tellings: [],
};

const stepsOf = (fields: object) => lifeFrom({ ...MESSAGE, ...fields })?.steps;
const kindsOf = (fields: object) => stepsOf(fields)?.map(({ kind, mark }) => `${kind} ${mark}`);

describe('the life of a message on one line', () => {
  it('begins where it is stored, and says that nobody is there', () => {
    expect(lifeFrom(MESSAGE)).toMatchObject({ why: 'because', fromUserId: 'A', to: 'B', seq: 4 });
    expect(stepsOf({})).toEqual([
      { kind: 'stored', mark: 'done', at: 1_000, number: 9 },
      { kind: 'absent', mark: 'open' },
    ]);
  });

  it('goes on in the order in which things happened, with what has not happened at its end', () => {
    const pushes = [
      { userId: 'A', device: 'pad', sessionId: 's0', at: 1_001 },
      { userId: 'B', device: 'phone', sessionId: 's1', at: 1_005, endedAt: 1_900, endCode: 1006 },
      { userId: 'B', device: 'web', sessionId: '', at: 1_003 },
    ];
    const devices = [
      { deviceId: 'web', cursor: 9, has: true, confirmedAt: 1_004, seenAt: 1 },
      { deviceId: 'phone', cursor: 8, has: false, seenAt: 2 },
    ];
    const steps = stepsOf({ pushes, devices, delivered: true, online: true });
    expect(steps).toEqual([
      { kind: 'stored', mark: 'done', at: 1_000, number: 9 },
      { kind: 'polled', mark: 'done', at: 1_003, what: 'web' },
      { kind: 'has', mark: 'done', at: 1_004, what: 'web' },
      { kind: 'pushed', mark: 'done', at: 1_005, what: 'phone', endedAt: 1_900, endCode: 1006 },
      { kind: 'lacks', mark: 'open', what: 'phone', number: 8, seenAt: 2 },
      { kind: 'unread', mark: 'open' },
    ]);
  });

  it('tells what was forgotten, what was read, and how the hook took it', () => {
    expect(kindsOf({ state: 'recalled', recalledAt: 1_500 })).toContain('forgotten bad');
    expect(kindsOf({ delivered: true, read: true })).toEqual(['stored done', 'read done']);
    expect(kindsOf({ tellings: [{ outcome: 'retried', at: 2 }], hook: { state: 'queued' } })).toEqual([
      'stored done',
      'told bad',
      'absent open',
      'queued open',
    ]);
    expect(kindsOf({ hook: { state: 'dead', diedAt: 5, reason: 'no' } })).toContain('dead bad');
    expect(kindsOf({ online: true })).toContain('opening open');
  });

  it('of what is for many says to how many it went', () => {
    const many = { kind: 'room', room: 'lobby', messageId: 'e-2', seq: 1, fromUserId: 'A', sentAt: 1, published: [] };
    expect(lifeFrom(many)).toMatchObject({ to: 'lobby', steps: [{}, { kind: 'published', mark: 'open' }] });
    const broadcast = { ...many, kind: 'broadcast', room: undefined, published: [{ at: 2, sessions: 7 }] };
    expect(lifeFrom(broadcast)).toMatchObject({ to: undefined, steps: [{}, { mark: 'done', number: 7, at: 2 }] });
  });

  it.each([undefined, 'text', {}, { kind: 'other' }])('is none where something else was answered: %j', (answer) => {
    expect(lifeFrom(answer)).toBeUndefined();
  });
});

describe('who is online by the beginning of the user id', () => {
  it('begins behind the highest id below all of those', () => {
    const ids = [
      '-',
      '.',
      '0',
      '@shop',
      'A',
      'B',
      'Bo',
      'Bo-',
      'Bo-1',
      'Bo.',
      'Boz',
      'Bp',
      'Z',
      '_',
      'a',
      'z',
      'zz',
      'z'.repeat(64),
    ];
    for (const beginning of ['-', '.', '@', 'A', 'B', 'Bo', 'Bo-', 'Bo.', '_', 'a', 'z', 'zzz']) {
      const below = justBelow(beginning);
      const behind = ids.toSorted().filter((id) => below === undefined || id > below);
      const like = ids.toSorted().filter((id) => id.startsWith(beginning));
      expect(behind.slice(0, like.length), beginning).toEqual(like);
      expect(below === undefined || isUserId(below), beginning).toBe(true);
    }
  });
});
