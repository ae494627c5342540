import { describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';
import { HookReceiver, status } from '../../support/hook-receiver.js';
import { startServerForTest } from '../../support/server.js';
import { ANY_TRANSPORT } from '../../support/transports.js';
import { WsClient } from '../../support/ws-client.js';

type Event = Readonly<Record<string, unknown>>;

describe.each(ANY_TRANSPORT)('GET /api/v1/users/{userId}/events tells (%s)', (transport) => {
  const node = apiNode({ MINIM_TRANSPORT: transport });
  const ask = (userId: string, query = '') => node.ask('get', `/api/v1/users/${userId}/events${query}`);

  /** Follows a user; each call gives the next events, as soon as `count` of them are there. */
  async function follow(userId: string): Promise<(count: number) => Promise<Event[]>> {
    let { next } = (await ask(userId)).body;
    const events: Event[] = [];
    return async (count) => {
      while (events.length < count) {
        const { body } = await ask(userId, `?after=${next}&wait=10`);
        expect(body.lost).toBe(0);
        next = body.next;
        events.push(...body.events);
      }
      return events.splice(0, count);
    };
  }

  it('what comes to a user and what he confirms and reads, and never what it says', async () => {
    const events = await follow('B1');
    const phone = await node.open('B1', '&device=phone');
    const [connected, registered] = await events(2);
    expect(connected).toMatchObject({ type: 'connected', device: 'phone', full: true, remoteAddress: '127.0.0.1' });
    expect(registered).toMatchObject({ type: 'confirmed', device: 'phone', cursor: 0 });
    const { body } = await node.ask('put', '/api/v1/messages/e1', { toUserId: 'B1', message: 'secret' });
    const { messageId } = body;
    expect(await phone.next()).toMatchObject({ messageId });
    const told = await events(2);
    expect(told).toMatchObject([
      { type: 'came', what: 'message', fromUserId: '@shop', messageId, seq: 1, cursor: 1 },
      { type: 'pushed', what: 'message', device: 'phone', messageId, cursor: 1 },
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
    phone.send({ type: 'received', cursor: 1 });
    expect(await events(1)).toMatchObject([{ type: 'confirmed', device: 'phone', cursor: 1 }]);
    phone.send({ type: 'read', peerId: '@shop', seq: 1 });
    expect(await events(2)).toMatchObject([
      { type: 'read', peerId: '@shop', seq: 1 },
      { type: 'receipt', peerId: '@shop', ownRead: 1 },
    ]);
    await phone.leave(4_000);
    expect(await events(1)).toMatchObject([{ type: 'disconnected', device: 'phone', code: 4_000 }]);
    await node.ask('get', '/api/v1/users/B1/inbox?cursor=0');
    expect(await events(1)).toMatchObject([{ type: 'pushed', sessionId: '', device: '', cursor: 1 }]);
  });

  it('what a user sends and what became of it, and what he is told of the other side', async () => {
    const events = await follow('A2');
    const phone = await node.open('A2', '&device=phone');
    expect(await events(2)).toMatchObject([{ type: 'connected' }, { type: 'confirmed' }]);
    const other = await node.open('B2', '&device=phone');
    const send = { type: 'message', toUserId: 'B2', message: 'secret' };
    const { messageId } = await phone.ask({ ...send, id: 'm1' });
    await phone.ask({ ...send, id: 'm1' });
    await phone.ask({ ...send, id: 'm1', message: 'other' });
    const sent = { type: 'sent', what: 'message', id: 'm1', toUserId: 'B2' };
    expect(await events(4)).toMatchObject([
      { ...sent, outcome: 'stored', messageId, seq: 1, cursor: 1 },
      { ...sent, outcome: 'duplicate', messageId },
      { ...sent, outcome: 'conflict' },
      { type: 'refused', error: 'conflict', id: 'm1', device: 'phone' },
    ]);
    await other.next();
    other.send({ type: 'received', cursor: 1 });
    expect(await events(1)).toMatchObject([{ type: 'receipt', peerId: 'B2', delivered: 1 }]);
    await phone.next();
    await phone.ask({ type: 'recall', id: 'm2', messageId });
    await phone.ask({ type: 'broadcast', id: 'm3', message: 'secret' });
    await phone.ask({ type: 'message', id: 'm4', toUserId: 'B2', message: 'secret', ephemeral: true });
    expect(await events(3)).toMatchObject([
      { type: 'sent', what: 'recall', outcome: 'stored', messageId },
      { type: 'sent', what: 'broadcast', outcome: 'stored' },
      { type: 'ephemeral', fromUserId: 'A2', toUserId: 'B2', sessions: 1 },
    ]);
  });

  it('nothing of before the first question, and says what is not known of an `after` of elsewhere', async () => {
    await node.ask('put', '/api/v1/messages/e3', { toUserId: 'B3', message: 'x' });
    const { body } = await ask('B3');
    expect(body).toEqual({ events: [], next: expect.stringMatching(/^[0-9a-f]{8}-0$/), lost: 0 });
    expect((await ask('B3', '?after=elsewhere-7&wait=10')).body).toEqual({ ...body, broken: true });
    expect((await ask('B3', `?after=${body.next}`)).body).toEqual(body);
  });

  it('a bounded number of users, and nobody without the scope or with what is none', async () => {
    const answers = [];
    for (let user = 0; user < 21; user += 1) answers.push((await ask(`many-${user}`)).status);
    expect(answers.at(-1)).toBe(503);
    expect((await ask('B4', '?wait=26')).status).toBe(400);
    expect((await ask('no%20spaces')).status).toBe(400);
    const reader = await node.ask('get', '/api/v1/users/B4/events', undefined, KEYS.eye);
    expect(reader).toMatchObject({ status: 403, body: { detail: expect.stringContaining('no scope admin') } });
  });
});

it('GET /api/v1/users/{userId}/events tells of events for the hook, and ends with the node', async () => {
  const receiver = await HookReceiver.start(status(400));
  const env = { ...receiver.env, MINIM_API_KEYS: `ops:admin+send:${KEYS.shop}` };
  const server = await startServerForTest({ env });
  const headers = { 'x-api-key': KEYS.shop };
  const ask = async (query: string) => {
    const answer = await fetch(`${server.url}/api/v1/users/B/events${query}`, { headers });
    return (await answer.json()) as { events: Event[]; next: string };
  };
  let { next } = await ask('');
  const a = await WsClient.open(`${server.ws}/websocket/A?v=1`, { ignored: 'synced' });
  await a.next();
  const { messageId } = await a.ask({ type: 'message', id: 'm', toUserId: 'B', message: 'secret' });
  const events: Event[] = [];
  while (events.length < 2) {
    const answer = await ask(`?after=${next}&wait=10`);
    events.push(...answer.events);
    next = answer.next;
  }
  expect(events).toMatchObject([
    { type: 'came', messageId, event: 'message.waiting', outcome: 'queued' },
    { type: 'hook', event: 'message.waiting', outcome: 'dead', messageId, reason: 'the receiver answered 400' },
  ]);
  const life = await fetch(`${server.url}/api/v1/messages/${messageId}/life`, { headers });
  expect(await life.json()).toMatchObject({
    hook: { state: 'dead' },
    tellings: [{ outcome: 'dead' }],
    why: expect.stringContaining('the hook gave up its message.waiting: the receiver answered 400'),
  });
  // Four may wait: once one of five is answered, the node has the others.
  const questions = Array.from({ length: 5 }, () => ask(`?after=${next}&wait=25`));
  await Promise.race(questions);
  await server.stop();
  for (const answer of await Promise.all(questions)) expect(answer).toMatchObject({ events: [] });
});
