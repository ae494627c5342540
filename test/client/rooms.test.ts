import { describe, expect, it } from 'vitest';
import type { Room } from '../../mini-program-client/src/api.js';
import type { MemberFields, RoomMessageFrame } from '../../src/protocol/frames.js';
import { type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

const ANN: MemberFields = { userId: 'B', profile: { nickname: 'Ann' } };
const CEM: MemberFields = { userId: 'C' };
const ME: MemberFields = { userId: 'A' };

const failure = (answer: Promise<unknown>) => answer.catch((error: unknown) => error);

function said(seq: number, room = 'lobby'): RoomMessageFrame {
  return { type: 'message', room, messageId: `r${seq}`, seq, fromUserId: 'B', message: `m${seq}`, sentAt: 1 };
}

/** What a room tells, by name. */
function toldBy(room: Room): unknown[] {
  const told: unknown[] = [];
  room.on('message', ({ seq }) => told.push(seq));
  for (const name of ['joined', 'entered', 'left', 'members'] as const) {
    room.on(name, ({ count }) => told.push([name, count]));
  }
  room.on('toolong', ({ from, head }) => told.push(['toolong', from, head]));
  room.on('refused', ({ code }) => told.push(['refused', code]));
  return told;
}

function joinsOn(socket: ScriptedSocket): Record<string, unknown>[] {
  return socket.frames.filter(({ type }) => type === 'join');
}

/** Answers the last `join` of that room. */
function letIn(socket: ScriptedSocket, from = 1, members: MemberFields[] = [ME], room = 'lobby'): void {
  const id = String(joinsOn(socket).findLast((frame) => frame.room === room)?.id);
  const count = members.length;
  socket.receive({ type: 'joined', id, room, count, head: from - 1, from, members });
}

function reconnect({ clock, transport }: Rig, epoch = 'e1'): ScriptedSocket {
  transport.last.lose();
  clock.advance(30_000);
  transport.last.open();
  transport.last.receive({ ...WELCOME, epoch });
  return transport.last;
}

/** A client in the room. */
function inside() {
  const all = rig();
  const socket = all.connected();
  const lobby = all.client.join('lobby');
  const told = toldBy(lobby);
  letIn(socket, 1, [ME, ANN]);
  told.length = 0;
  return { ...all, all, socket, lobby, told };
}

describe('a room', () => {
  it('[MP-4.4] is joined at once when connected, and says who is there', () => {
    const all = rig();
    const socket = all.connected();
    const lobby = all.client.join('lobby', { list: true });
    expect(lobby).toMatchObject({ name: 'lobby', count: 0, members: [] });
    const told = toldBy(lobby);
    expect(socket.frames).toEqual([{ type: 'join', id: expect.any(String), room: 'lobby', list: true }]);
    letIn(socket, 8, [ME, ANN]);
    expect(told).toEqual([['joined', 2]]);
    expect(lobby).toMatchObject({ count: 2, members: [ME, ANN] });
  });

  it('is joined as soon as there is a connection', () => {
    const all = rig();
    all.client.join('lobby', { since: 7 });
    expect(joinsOn(all.connected())).toMatchObject([{ room: 'lobby', since: 7 }]);
  });

  it('is one, however often it is joined', () => {
    const { client, socket, lobby } = inside();
    expect(client.join('lobby')).toBe(lobby);
    expect(joinsOn(socket)).toHaveLength(1);
  });

  it('[MP-4.5] tells its messages with the profiles of their senders, and not as messages to this user', () => {
    const { client, socket, lobby } = inside();
    const heard: unknown[] = [];
    lobby.on('message', (message) => heard.push(message));
    client.on('message', (message) => heard.push(['client', message]));
    const message = { ...said(1), profile: { nickname: 'Ann', avatar: 'cat' } };
    socket.receive(message);
    expect(heard).toEqual([message]);
  });

  it('[MP-4.7] keeps count and members as users come and go, one event for each', () => {
    const { socket, lobby, told } = inside();
    socket.receive({ type: 'entered', room: 'lobby', count: 3, ...CEM });
    expect(lobby).toMatchObject({ count: 3, members: [ME, ANN, CEM] });
    socket.receive({ type: 'left', room: 'lobby', count: 2, ...ANN });
    expect(lobby).toMatchObject({ count: 2, members: [ME, CEM] });
    expect(told).toEqual([
      ['entered', 3],
      ['left', 2],
    ]);
  });

  it('[MP-4.8] [MP-4.9] takes whole lists as they come, and knows nobody in a crowd', () => {
    const { socket, lobby, told } = inside();
    socket.receive({ type: 'members', room: 'lobby', count: 1, members: [CEM] });
    expect(lobby).toMatchObject({ count: 1, members: [CEM] });
    socket.receive({ type: 'members', room: 'lobby', count: 201 });
    expect(lobby).toMatchObject({ count: 201, members: [] });
    expect(told).toEqual([
      ['members', 1],
      ['members', 201],
    ]);
  });

  it('[MP-2.28] shows a member as the member wants to be seen from now on, and tells it once', () => {
    const { client, socket, lobby, told } = inside();
    const other = client.join('other');
    letIn(socket, 1, [ANN, CEM], 'other');
    const heard: unknown[] = [];
    client.on('profile', (profile) => heard.push(profile));
    const notice = { type: 'profile', userId: 'B', profile: { nickname: 'Anna' } } as const;
    socket.receive(notice);
    const anna = { userId: 'B', profile: { nickname: 'Anna' } };
    expect([lobby.members, other.members]).toEqual([
      [ME, anna],
      [anna, CEM],
    ]);
    socket.receive({ type: 'profile', userId: 'B' });
    expect(lobby.members).toStrictEqual([ME, { userId: 'B' }]);
    expect(heard).toEqual([notice, { type: 'profile', userId: 'B' }]);
    expect(told).toEqual([]);
  });

  it('[MP-4.6] that was left tells nothing any more, and is not joined again', () => {
    const { all, socket, lobby, told } = inside();
    lobby.leave();
    lobby.leave();
    expect(socket.frames.slice(1)).toEqual([{ type: 'leave', room: 'lobby' }]);
    socket.receive(said(1));
    socket.receive({ type: 'left', room: 'lobby', count: 1, ...ME });
    expect(told).toEqual([]);
    expect(reconnect(all).frames).toEqual([]);
  });

  it('that is joined again before it was left is told nothing of the earlier stay', () => {
    const { client, socket, lobby } = inside();
    lobby.leave();
    const again = client.join('lobby');
    const told = toldBy(again);
    lobby.leave();
    socket.receive(said(1));
    socket.receive({ type: 'left', room: 'lobby', count: 1, ...ME });
    letIn(socket, 2);
    socket.receive(said(2));
    expect(told).toEqual([['joined', 1], 2]);
  });

  it('[MP-4.4] that the server refuses is given up, and joined by the next call', () => {
    const all = rig();
    const socket = all.connected();
    const told = toldBy(all.client.join('lobby'));
    const errors: unknown[] = [];
    all.client.on('error', (error) => errors.push(error));
    const id = String(socket.frames[0]?.id);
    socket.receive({ type: 'error', id, code: 'forbidden', message: 'the token does not open it' });
    expect([told, errors]).toEqual([[['refused', 'forbidden']], []]);
    expect(joinsOn(reconnect(all))).toEqual([]);
    all.client.join('lobby');
    expect(joinsOn(all.transport.last)).toHaveLength(1);
  });

  for (const code of ['rate_limited', 'busy', 'internal'] as const) {
    it(`[MP-2.26] is asked for again after ${code}, when the server said or after 1 s`, () => {
      const all = rig();
      const socket = all.connected();
      const told = toldBy(all.client.join('lobby'));
      const retry = code === 'rate_limited' ? { retryAfterMs: 700 } : {};
      socket.receive({ type: 'error', id: String(socket.frames[0]?.id), code, message: 'later', ...retry });
      const ms = code === 'rate_limited' ? 700 : 1000;
      all.clock.advance(ms - 1);
      expect(joinsOn(socket)).toHaveLength(1);
      all.clock.advance(1);
      expect(joinsOn(socket)).toHaveLength(2);
      letIn(socket);
      expect(told).toEqual([['joined', 1]]);
    });
  }
});

describe('a room after a reconnect', () => {
  it('is joined again from its last message on, and told who is there now by joined alone', () => {
    const { all, socket, lobby, told } = inside();
    socket.receive(said(1));
    const next = reconnect(all);
    expect(joinsOn(next)).toMatchObject([{ room: 'lobby', since: 1 }]);
    letIn(next, 2, [ME, CEM]);
    for (const seq of [2, 3]) next.receive(said(seq));
    expect(told).toEqual([1, ['joined', 2], 2, 3]);
    expect(lobby.members).toEqual([ME, CEM]);
  });

  it('is joined again after close() and connect(), too', () => {
    const { all, client, transport } = inside();
    client.close();
    client.connect();
    transport.last.open();
    expect(joinsOn(all.transport.last)).toHaveLength(1);
  });

  it('[MP-4.11] tells once what will not be told, whatever the server says of it besides', () => {
    const { all, socket, told } = inside();
    socket.receive(said(1));
    const next = reconnect(all);
    letIn(next, 5);
    next.receive({ type: 'toolong', room: 'lobby', from: 2, floor: 4, head: 9 });
    next.receive(said(5));
    expect(told).toEqual([1, ['joined', 1], ['toolong', 2, 4], 5]);
  });

  it('[MP-4.11] of another epoch begins where the server begins', () => {
    const { all, socket, told } = inside();
    for (const seq of [1, 2, 3]) socket.receive(said(seq));
    const next = reconnect(all, 'e2');
    letIn(next, 4);
    next.receive(said(4));
    expect(told).toEqual([1, 2, 3, ['joined', 1], ['toolong', 1, 3], 4]);
  });

  it('comes before the outbox, which waits until it is in all its rooms', () => {
    const { all, client, lobby } = inside();
    client.join('other');
    letIn(all.transport.last, 1, [ME], 'other');
    all.transport.last.lose();
    client.send('B', 'first', { id: 'm1' });
    lobby.say('second', { id: 'm2' });
    const next = reconnect(all);
    expect(next.frames).toMatchObject([{ type: 'join' }, { type: 'join' }]);
    letIn(next, 1, [ME], 'other');
    expect(next.frames).toHaveLength(2);
    letIn(next);
    expect(next.frames.slice(2)).toEqual([
      { type: 'message', id: 'm1', toUserId: 'B', message: 'first' },
      { type: 'message', id: 'm2', room: 'lobby', message: 'second' },
    ]);
  });

  it('lets the outbox go when it is refused', () => {
    const { all, lobby } = inside();
    all.transport.last.lose();
    lobby.say('hello', { id: 'm1' });
    const next = reconnect(all);
    const id = String(next.frames[0]?.id);
    next.receive({ type: 'error', id, code: 'forbidden', message: 'no more' });
    expect(next.frames.slice(1)).toMatchObject([{ id: 'm1' }]);
  });
});

describe('the messages of a room', () => {
  it('are told once, whatever is repeated', () => {
    const { socket, told } = inside();
    for (const seq of [1, 1, 2, 1]) socket.receive(said(seq));
    expect(told).toEqual([1, 2]);
  });

  it('are asked for again where one is missing, and nothing is told before it comes', () => {
    const { socket, told } = inside();
    for (const seq of [1, 3, 4]) socket.receive(said(seq));
    expect(joinsOn(socket).slice(1)).toMatchObject([{ room: 'lobby', since: 1 }]);
    letIn(socket, 2);
    for (const seq of [2, 3, 4]) socket.receive(said(seq));
    expect(told).toEqual([1, ['joined', 1], 2, 3, 4]);
    expect(socket.closed).toBe(false);
  });

  it('have no part in the inbox: they are not confirmed and move no cursor', () => {
    const { all, socket } = inside();
    socket.receive(said(1));
    expect(all.clock.running).toBe(1);
    expect(reconnect(all).url).toContain('&cursor=0&');
  });
});

describe('what is said', () => {
  it('[MP-4.5] goes through the outbox, and resolves with its ack', async () => {
    const { all, socket, lobby } = inside();
    const sent: unknown[] = [];
    all.client.on('sent', ({ id }) => sent.push(id));
    const answer = lobby.say({ a: 1 }, { id: 'm1' });
    const frame = { type: 'message', id: 'm1', room: 'lobby', message: { a: 1 } };
    expect(socket.frames.at(-1)).toEqual(frame);
    const next = reconnect(all);
    letIn(next);
    expect(next.frames.at(-1)).toEqual(frame);
    const ack = { type: 'ack', id: 'm1', messageId: 'r1', seq: 1, sentAt: 1 } as const;
    next.receive(ack);
    expect(await answer).toEqual(ack);
    expect(sent).toEqual(['m1']);
  });

  it('waits until the room is joined, and is given an id', () => {
    const all = rig();
    const socket = all.connected();
    const lobby = all.client.join('lobby');
    lobby.say('hello');
    expect(socket.frames).toHaveLength(1);
    letIn(socket);
    expect(socket.frames.at(-1)).toMatchObject({ type: 'message', id: expect.any(String), room: 'lobby' });
  });

  it('that is refused for good is told with its content and its room', async () => {
    const { client, socket, lobby } = inside();
    const refused: unknown[] = [];
    client.on('refused', (value) => refused.push(value));
    const answer = failure(lobby.say('hello', { id: 'm1' }));
    socket.receive({ type: 'error', id: 'm1', code: 'forbidden', message: 'not you' });
    const error = await answer;
    expect(refused).toEqual([{ id: 'm1', room: 'lobby', message: 'hello', error }]);
  });
});

describe('the history of a room', () => {
  it('[MP-4.10] is a question, answered with the profiles of the authors', async () => {
    const { socket, lobby } = inside();
    const answer = lobby.history({ before: 9, limit: 1 });
    const id = String(socket.frames.at(-1)?.id);
    expect(socket.frames.at(-1)).toEqual({ type: 'history', id, room: 'lobby', before: 9, limit: 1 });
    const item = { messageId: 'r8', seq: 8, fromUserId: 'B', sentAt: 1, message: 'hi' };
    const page = { type: 'history', id, room: 'lobby', items: [item], members: [ANN], more: true } as const;
    socket.receive(page);
    expect(await answer).toEqual(page);
  });
});
