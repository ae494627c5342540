import { describe, expect, it } from 'vitest';
import type { MessageLife, StoredLife } from '../../../src/messaging/ports/store-reads.js';
import { MessageLives, type MessageLivesParts } from '../../../src/messaging/trace/message-lives.js';
import { TraceRing } from '../../../src/messaging/trace/trace-ring.js';
import type { DeviceId, RoomName, UserId } from '../../../src/model/ids.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const PHONE = { id: 's1', userId: 'B', device: 'phone' };
const STORED = "stored at 1970-01-01T00:00:01.000Z as number 12 of B's inbox (seq 5)";

const MESSAGE: MessageLife = {
  kind: 'message',
  messageId: 'e0-1',
  seq: 5,
  fromUserId: A,
  toUserId: B,
  sentAt: 1_000,
  state: 'kept',
  cursor: 3,
  recipientCursor: 12,
  delivered: false,
  read: false,
  head: 12,
  floor: 0,
  devices: [],
};

const at = (cursor: number, name = 'phone') => ({ deviceId: name as DeviceId, cursor, seenAt: 0 });
const session = {
  sessionId: 's1',
  device: 'phone',
  full: true,
  current: true,
  since: 0,
  written: 12,
  bufferedBytes: 0,
};

/** What is said of a message when this was traced, at 2 s, 3 s and so on. */
async function whyOf(
  life: StoredLife | undefined,
  {
    traced = () => undefined,
    ...parts
  }: Partial<MessageLivesParts> & { traced?: (ring: TraceRing, pass: () => void) => void } = {},
): Promise<string> {
  let now = 1_000;
  const clock = { now: () => now };
  const ring = new TraceRing(100, clock);
  const pass = () => {
    now += 1_000;
  };
  pass();
  traced(ring, pass);
  const lives = new MessageLives({
    read: { life: async () => life },
    epoch: 'e0',
    attendance: { has: () => false },
    sessionsOf: () => [],
    topicOf: ({ room }) => room ?? 'everyone',
    ring,
    clock,
    ...parts,
  });
  const found = await lives.of(life?.messageId ?? 'e0-1');
  return 'none' in found ? found.none : found.why;
}

const push = (ring: TraceRing) => {
  ring.push(PHONE, 12);
  ring.written();
};

describe('why a message did not arrive:', () => {
  it.each<[string, Partial<MessageLife>, Parameters<typeof whyOf>[1], string]>([
    ['nobody was ever there', {}, {}, 'B has no device online; no device of B was ever here'],
    [
      'nobody is there',
      { devices: [at(11), at(9, '~')] },
      {},
      'B has no device online; device phone is at 11; plain sessions are at 9',
    ],
    [
      'he is elsewhere',
      {},
      { attendance: { has: () => true } },
      'B is online on another node; no device of B was ever here',
    ],
    [
      'its event waits',
      { hook: { state: 'queued' } },
      {},
      'B has no device online; no device of B was ever here; its message.waiting is queued for the hook',
    ],
    [
      'the hook has failed',
      { hook: { state: 'queued' }, devices: [at(11)] },
      { traced: (ring) => ring.note('told', { userId: 'B', device: 'retried', id: 'e0-1' }) },
      'B has no device online; device phone is at 11; its message.waiting is queued for the hook, last retried at 1970-01-01T00:00:02.000Z',
    ],
    [
      'the hook was told',
      { devices: [at(11)] },
      { traced: (ring) => ring.note('told', { userId: 'B', device: 'delivered', id: 'e0-1' }) },
      'B has no device online; device phone is at 11; the hook message.waiting was delivered at 1970-01-01T00:00:02.000Z',
    ],
    [
      'the device is silent',
      {},
      { sessionsOf: () => [session], traced: push },
      'pushed to phone at 1970-01-01T00:00:02.000Z, never confirmed',
    ],
    [
      'the network is slow',
      {},
      {
        sessionsOf: () => [session],
        traced: (ring) => {
          ring.push(PHONE, 12);
          ring.note('slow', PHONE);
          ring.written();
        },
      },
      'pushed to phone at 1970-01-01T00:00:02.000Z, never confirmed, the network did not take it at once',
    ],
    [
      'the network was slow',
      {},
      {
        sessionsOf: () => [session],
        traced: (ring, pass) => {
          ring.push(PHONE, 12);
          ring.note('slow', PHONE);
          ring.written();
          pass();
          ring.note('drained', PHONE);
        },
      },
      'pushed to phone at 1970-01-01T00:00:02.000Z, never confirmed, the network took it by 1970-01-01T00:00:03.000Z',
    ],
    [
      'the session ended',
      { devices: [at(11)] },
      {
        traced: (ring, pass) => {
          push(ring);
          pass();
          ring.note('closed', PHONE, 1_006);
        },
      },
      'pushed to phone at 1970-01-01T00:00:02.000Z, never confirmed, its session ended with 1006 at 1970-01-01T00:00:03.000Z; B has no device online; device phone is at 11',
    ],
    [
      'the session reads slowly',
      {},
      { sessionsOf: () => [{ ...session, written: 7, bufferedBytes: 70_000 }] },
      'phone is online and was sent what is up to number 7 so far, since it reads slowly: 70000 bytes wait for it',
    ],
    [
      'the trace is too short',
      { sentAt: 500 },
      {},
      'B has no device online; no device of B was ever here; what was pushed before 1970-01-01T00:00:01.000Z is not known any more',
    ],
    [
      'nothing is traced',
      {},
      { ring: undefined },
      'B has no device online; no device of B was ever here; pushes are not traced (MINIM_TRACE_EVENTS=0)',
    ],
    ['he was erased', { floor: 12 }, {}, 'B was erased, and with it the inbox up to number 12'],
    [
      'it was recalled',
      { state: 'recalled', recalledAt: 1_500 },
      {},
      'recalled at 1970-01-01T00:00:01.500Z; B has no device online; no device of B was ever here',
    ],
    [
      'its time is over',
      { state: 'expired', expiresAt: 1_500 },
      {},
      'its time ran out at 1970-01-01T00:00:01.500Z; B has no device online; no device of B was ever here',
    ],
  ])('%s', async (_why, life, traced, sentence) => {
    const message = { ...MESSAGE, ...life };
    const stored = life.sentAt === undefined ? STORED : STORED.replace('01.000Z', '00.500Z');
    expect(await whyOf(message, traced)).toBe(`${stored}; ${sentence}`);
  });

  it('it did: who has it, since when, who has not, and whether it was read', async () => {
    const message: MessageLife = { ...MESSAGE, delivered: true, devices: [at(12), at(3, 'web')] };
    const confirmed = (ring: TraceRing) => ring.note('confirmed', PHONE, 12);
    const stored = `${STORED}; device phone (confirmed at 1970-01-01T00:00:02.000Z) has it, device web is at 3`;
    expect(await whyOf(message, { traced: confirmed })).toBe(stored);
    // Before the trace begins it may have been confirmed already.
    const older = await whyOf({ ...message, sentAt: 500, read: true }, { traced: confirmed });
    expect(older).toMatch(/; B has read it; device phone has it, device web is at 3$/);
  });

  it('it was said to many: how many of them were there', async () => {
    const said = { messageId: 'e0-1', seq: 2, fromUserId: A, sentAt: 1_000 };
    const hall = { ...said, kind: 'room', room: 'hall' as RoomName } as const;
    const traced = (ring: TraceRing) => ring.note('published', { userId: 'hall', device: '', id: '' }, 2, 9);
    const published = 'published at 1970-01-01T00:00:02.000Z to 9 sessions of this node';
    expect(await whyOf(hall, { traced })).toMatch(new RegExp(`as message 2 of the room "hall"; ${published}$`));
    const nobody = 'published to nobody on this node: no session was there';
    expect(await whyOf({ ...said, kind: 'broadcast' }, { traced })).toMatch(new RegExp(`everyone; ${nobody}$`));
  });

  it('there is none: what kind of id that is', async () => {
    expect(await whyOf(undefined)).toMatch(/^no message with this id here: never given, or older than/);
    const none = { read: { life: async () => undefined }, epoch: 'e1' };
    expect(await whyOf(undefined, none)).toMatch(/^no message with this id here: it is of another store/);
  });
});
