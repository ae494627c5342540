import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../mini-program-client/src/frames.js';
import { utf8Length } from '../../mini-program-client/src/utf8.js';
import { PONG, WELCOME } from '../support/client-hosts.js';
import { rig } from '../support/client-rig.js';

const WHOLE = [
  WELCOME,
  PONG,
  { type: 'pong' },
  { type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1 },
  { type: 'message', fromUserId: 'B', toUserId: 'A', message: [1], sentAt: 1, seq: 7, unknown: true },
  { type: 'broadcast', messageId: 'b1', seq: 1, fromUserId: 'B', message: { a: 1 }, sentAt: 1 },
  { type: 'receipt', peerId: 'B', delivered: 3 },
  { type: 'receipt', peerId: 'B', delivered: 3, read: 2, ownRead: 1 },
  { type: 'history', id: 'h1', peerId: 'B', items: [], more: false, delivered: 0, read: 0, ownRead: 0 },
  { type: 'conversations', id: 'c1', items: [], more: false },
  { type: 'ack', id: 'm1' },
  { type: 'ack', id: 'm1', delivered: 1 },
  { type: 'ack', id: 'm1', messageId: 's1', seq: 1, sentAt: 1, cursor: 1, duplicate: true },
  { type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1, messageId: 's1', cursor: 1, seq: 1 },
  { type: 'recalled', messageId: 's1', cursor: 2, seq: 1, fromUserId: 'B', toUserId: 'A' },
  { type: 'synced', cursor: 0 },
  { type: 'toolong', from: 1, floor: 5, head: 9 },
  { type: 'toolong', from: 1, floor: 5, head: 9, broadcast: true },
  { type: 'error', code: 'busy', message: 'later', retryAfterMs: 5 },
  { type: 'error', id: 'm1', code: 'not_found', message: 'nobody' },
  { type: 'goaway', retryAfterMs: 0 },
  { type: 'message', room: 'r', messageId: 'r1', seq: 1, fromUserId: 'B', message: 'hi', sentAt: 1 },
  { type: 'message', room: 'r', seq: 1, fromUserId: 'B', profile: { nickname: 'Ann' }, message: 'hi', sentAt: 1 },
  { type: 'joined', id: 'j1', room: 'r', count: 1, head: 0, from: 1, members: [] },
  { type: 'entered', room: 'r', count: 2, userId: 'B', profile: { avatar: 'cat' } },
  { type: 'left', room: 'r', count: 1, userId: 'B' },
  { type: 'members', room: 'r', count: 201 },
  { type: 'members', room: 'r', count: 1, members: [{ userId: 'B' }] },
  { type: 'profile', userId: 'B' },
  { type: 'blocked', id: 'b1', userIds: ['B'] },
  { type: 'presence', userId: 'B', online: false, lastSeenAt: 1 },
];

const BROKEN = [
  '',
  'pong',
  'null',
  '42',
  '"pong"',
  '[]',
  '{}',
  '{"type":"pong"',
  '{"type":7}',
  '{"type":"constructor"}',
  '{"type":"__proto__"}',
  '{"type":"from the future"}',
  '{"type":"ack"}',
  '{"type":"ack","id":7}',
  '{"type":"error","message":"no code"}',
  '{"type":"error","code":"busy","message":"later","id":7}',
  '{"type":"message","fromUserId":"B","toUserId":"A","sentAt":1}',
  '{"type":"message","fromUserId":"B","toUserId":"A","message":null,"sentAt":1}',
  '{"type":"message","fromUserId":"B","message":"hi","sentAt":1}',
  '{"type":"broadcast","fromUserId":7,"message":"hi","sentAt":1}',
  '{"type":"broadcast","fromUserId":"B","message":"hi","sentAt":"now"}',
  '{"type":"welcome"}',
  '{"type":"welcome","pingEveryMs":15000,"deadAfterMs":15000}',
  '{"type":"welcome","pingEveryMs":15000,"deadAfterMs":1e300}',
  '{"type":"welcome","pingEveryMs":15000,"deadAfterMs":30000}',
  '{"type":"welcome","epoch":"e1","cursor":-1,"pingEveryMs":15000,"deadAfterMs":30000}',
  '{"type":"pong","head":"7"}',
  '{"type":"ack","id":"m1","cursor":1.5}',
  '{"type":"message","fromUserId":"B","toUserId":"A","message":"hi","sentAt":1,"cursor":"7"}',
  '{"type":"recalled","cursor":1}',
  '{"type":"synced"}',
  '{"type":"toolong","head":-1}',
  '{"type":"toolong","from":1,"floor":5,"head":9,"room":"r"}',
  '{"type":"pong","head":7,"broadcast":"7"}',
  '{"type":"broadcast","fromUserId":"B","message":"hi","sentAt":1,"seq":-1}',
  '{"type":"receipt","delivered":1}',
  '{"type":"receipt","peerId":"B","read":"1"}',
  '{"type":"history","id":"h1"}',
  '{"type":"conversations","items":[]}',
  '{"type":"message","room":"r","fromUserId":"B","message":"hi","sentAt":1}',
  '{"type":"message","room":"r","seq":1,"cursor":1,"fromUserId":"B","message":"hi","sentAt":1}',
  '{"type":"message","room":7,"seq":1,"toUserId":"A","fromUserId":"B","message":"hi","sentAt":1}',
  '{"type":"joined","room":"r","count":1,"members":[]}',
  '{"type":"joined","room":"r","count":1,"from":1}',
  '{"type":"entered","room":"r","count":1}',
  '{"type":"left","room":"r","userId":"B"}',
  '{"type":"members","room":"r","count":1,"members":7}',
  '{"type":"members","count":1}',
  '{"type":"profile"}',
  '{"type":"blocked","id":"b1"}',
  '{"type":"presence","userId":"B"}',
  '{"type":"goaway"}',
  '{"type":"goaway","retryAfterMs":-1}',
];

describe('frames of the server', () => {
  it.each(WHOLE)('takes %j as it is', (frame) => {
    expect(parseFrame(JSON.stringify(frame))).toEqual(frame);
  });

  it.each(BROKEN)('ignores %s', (text) => {
    expect(parseFrame(text)).toBeNull();
  });

  it('ignores any nonsense, and the connection lives', () => {
    const { client, connected } = rig();
    const told: unknown[] = [];
    for (const name of [
      'message',
      'broadcast',
      'error',
      'receipt',
      'recalled',
      'synced',
      'toolong',
      'presence',
    ] as const)
      client.on(name, (value) => told.push(value));
    const socket = connected();
    client.join('lobby');
    client.watch(['B']);
    const type = fc.constantFrom(
      ...(['message', 'broadcast', 'ack', 'pong', 'welcome', 'goaway', 'receipt', 'history'] as const),
      ...(['joined', 'entered', 'left', 'members', 'profile', 'presence', 'blocked'] as const),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ type, id: fc.anything() }).map((value) => JSON.stringify(value)),
    );
    fc.assert(fc.property(texts, (text) => socket.receiveText(text)));
    expect(client.state.phase).toBe('connected');
    expect(told).toEqual([]);
  });
});

describe('the size of a frame', () => {
  it('is counted in bytes of UTF-8, as the server does', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Length(text) === Buffer.byteLength(text)));
  });
});
