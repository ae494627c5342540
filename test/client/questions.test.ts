import { describe, expect, it } from 'vitest';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import type { ScriptedSocket } from '../support/client-hosts.js';
import { rig } from '../support/client-rig.js';

const failure = (answer: Promise<unknown>) => answer.catch((error: unknown) => error);

const MARKS = { delivered: 2, read: 1, ownRead: 0 };

function lastId(socket: ScriptedSocket): string {
  return String(socket.frames.at(-1)?.id);
}

describe('history', () => {
  it('asks for a page of one conversation, and resolves with it', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answer = client.history('B', { before: 9, limit: 20 });
    const id = lastId(socket);
    expect(socket.frames).toEqual([{ type: 'history', id, peerId: 'B', before: 9, limit: 20 }]);
    const item = { messageId: 's1', seq: 8, fromUserId: 'B', toUserId: 'A', sentAt: 1, message: 'hi' };
    const page = { type: 'history', id, peerId: 'B', items: [item], more: true, ...MARKS } as const;
    socket.receive(page);
    expect(await answer).toEqual(page);
  });

  it('asks for the latest when it is not told where to begin', () => {
    const { client, connected } = rig();
    const socket = connected();
    client.history('B').catch(() => {});
    expect(socket.frames).toEqual([{ type: 'history', id: lastId(socket), peerId: 'B' }]);
  });
});

describe('conversations', () => {
  it('asks for a page of them, and resolves with it', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const first = client.conversations();
    const second = client.conversations({ before: 4 });
    const [a, b] = socket.frames.map(({ id }) => String(id));
    expect(socket.frames).toEqual([
      { type: 'conversations', id: a },
      { type: 'conversations', id: b, before: 4 },
    ]);
    socket.receive({ type: 'conversations', id: String(b), items: [], more: false });
    socket.receive({ type: 'conversations', id: String(a), items: [], more: true });
    expect([await first, await second]).toMatchObject([
      { id: a, more: true },
      { id: b, more: false },
    ]);
  });
});

describe('a recall', () => {
  it('takes its own place in the inbox, as an own message does', async () => {
    const { client, transport, clock, connected } = rig();
    const socket = connected();
    const answer = client.recall('s1');
    const id = lastId(socket);
    expect(socket.frames).toEqual([{ type: 'recall', id, messageId: 's1' }]);
    const ack = { type: 'ack', id, messageId: 's1', seq: 3, sentAt: 1, cursor: 1 } as const;
    socket.receive(ack);
    expect(await answer).toEqual(ack);
    socket.lose();
    clock.advance(1000);
    expect(transport.last.url).toContain('&cursor=1&');
  });

  it('is told as recalled in its turn when its ack was early', async () => {
    const { client, connected } = rig();
    const told: unknown[] = [];
    client.on('recalled', ({ messageId, cursor }) => told.push([messageId, cursor]));
    const socket = connected();
    const answer = client.recall('s1');
    socket.receive({ type: 'ack', id: lastId(socket), messageId: 's1', cursor: 2 });
    await answer;
    const base = { type: 'recalled', seq: 1, fromUserId: 'A', toUserId: 'B' } as const;
    socket.receive({ ...base, messageId: 's0', cursor: 1 });
    socket.receive({ ...base, messageId: 's1', cursor: 2 });
    expect(told).toEqual([
      ['s0', 1],
      ['s1', 2],
    ]);
  });
});

describe('how this user is to be seen', () => {
  it('[MP-2.28] is said to the server, and nothing that is left out', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answer = client.setProfile({ nickname: 'Ann', avatar: '' });
    client.setProfile({ invisible: true }).catch(() => {});
    const [id, second] = socket.frames.map((frame) => String(frame.id));
    expect(socket.frames).toEqual([
      { type: 'profile', id, nickname: 'Ann', avatar: '' },
      { type: 'profile', id: second, invisible: true },
    ]);
    socket.receive({ type: 'ack', id: String(id) });
    expect(await answer).toEqual({ type: 'ack', id });
  });
});

describe('whom this user blocks', () => {
  it('[MP-2.29] is for the server to keep', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answers = [client.block('B'), client.unblock('C')];
    const list = client.blocked();
    const [first, second, third] = socket.frames.map(({ id }) => String(id));
    expect(socket.frames).toEqual([
      { type: 'block', id: first, userId: 'B' },
      { type: 'unblock', id: second, userId: 'C' },
      { type: 'blocked', id: third },
    ]);
    for (const id of [first, second]) socket.receive({ type: 'ack', id: String(id) });
    socket.receive({ type: 'blocked', id: String(third), userIds: ['B'] });
    expect(await Promise.all(answers)).toMatchObject([{ id: first }, { id: second }]);
    expect(await list).toMatchObject({ userIds: ['B'] });
  });
});

const QUESTIONS: ReadonlyArray<readonly [string, (client: MinimClient) => Promise<unknown>]> = [
  ['history', (client) => client.history('B')],
  ['conversations', (client) => client.conversations()],
  ['a recall', (client) => client.recall('s1')],
  ['a profile', (client) => client.setProfile({ nickname: 'Ann' })],
  ['a block', (client) => client.block('B')],
  ['an unblock', (client) => client.unblock('B')],
  ['who is blocked', (client) => client.blocked()],
  ['the history of a room', (client) => client.join('lobby').history()],
];

describe.each(QUESTIONS)('%s', (_, ask) => {
  it('is rejected at once while there is no connection', async () => {
    expect(await failure(ask(rig().client))).toMatchObject({ code: 'not_connected' });
  });

  it('is rejected when the connection goes, and not sent again', async () => {
    const { client, clock, transport, connected } = rig();
    const socket = connected();
    const answer = failure(ask(client));
    socket.lose();
    expect(await answer).toMatchObject({ code: 'connection_lost' });
    clock.advance(500);
    transport.last.open();
    expect(transport.last.frames.filter(({ type }) => type !== 'join')).toEqual([]);
  });

  it('is rejected after 10 s without an answer', async () => {
    const { client, clock, connected } = rig();
    connected();
    const answer = failure(ask(client));
    clock.advance(10_000);
    expect(await answer).toMatchObject({ code: 'timeout' });
  });

  it('is rejected with what the server says', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answer = failure(ask(client));
    socket.receive({ type: 'error', id: lastId(socket), code: 'not_found', message: 'no such', retryAfterMs: 5 });
    expect(await answer).toMatchObject({ code: 'not_found', message: 'no such' });
    expect(client.state.phase).toBe('connected');
  });
});

it('an answer of another kind answers nothing', async () => {
  const { client, clock, connected } = rig();
  const socket = connected();
  const answer = failure(client.history('B'));
  socket.receive({ type: 'ack', id: lastId(socket) });
  clock.advance(10_000);
  expect(await answer).toMatchObject({ code: 'timeout' });
});
