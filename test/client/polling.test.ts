import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../mini-program-client/src/options.js';
import { WELCOME } from '../support/client-hosts.js';
import { ScriptedHttp, type ScriptedRequest } from '../support/client-http.js';
import { type Rig, rig } from '../support/client-rig.js';

/** Promises that are settled have been heard of. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Numbers {
  readonly cursor?: number;
  readonly head?: number;
  readonly epoch?: string;
}

function page(frames: readonly object[] = [], { cursor = 0, head = cursor, epoch = 'e1' }: Numbers = {}): object {
  return { epoch, head, cursor, frames };
}

function message(cursor: number, text = `m${cursor}`): object {
  const [messageId, seq] = [`e1-${cursor}`, cursor];
  return { type: 'message', messageId, cursor, seq, fromUserId: 'B', toUserId: 'A', message: text, sentAt: 1 };
}

interface PollingRig extends Rig {
  readonly http: ScriptedHttp;
  readonly told: unknown[];
  readonly renewals: readonly boolean[];
}

function pollingRig(options: Partial<ClientOptions> = {}): PollingRig {
  const http = new ScriptedHttp();
  const renewals: boolean[] = [];
  const token = async (renew: boolean) => `t${renewals.push(renew)}`;
  const all = rig({ http, token, ...options });
  const told: unknown[] = [];
  all.client.on('message', (frame) => told.push(frame.message));
  all.client.on('recalled', (frame) => told.push(['recalled', frame.messageId]));
  all.client.on('toolong', (frame) => told.push(['toolong', frame.head]));
  return { ...all, http, told, renewals };
}

/** The dial that is under way fails, and the wait after it is over. */
async function miss(all: Rig): Promise<void> {
  all.transport.last.lose();
  await waited(all);
}

/** The wait before the next dial is over, and the token for it is there. */
async function waited({ clock }: Rig): Promise<void> {
  clock.advance(clock.nextIn ?? 0);
  await settled();
}

/** Three dials have failed; the first question is asked. */
async function missedThrice(all: PollingRig): Promise<ScriptedRequest> {
  all.client.connect();
  await settled();
  for (let count = 0; count < 3; count++) await miss(all);
  return all.http.poll;
}

/** It polls, and the first try of a WebSocket has failed. */
async function polling(options: Partial<ClientOptions> = {}): Promise<PollingRig> {
  const all = pollingRig(options);
  (await missedThrice(all)).answer(200, page());
  all.transport.last.lose();
  all.clock.advance(2_000);
  return all;
}

describe('three dials in a row that no WebSocket came of', () => {
  it('make it ask for the inbox over HTTP, with its token and its device', async () => {
    const all = pollingRig({ userId: 'a@b', url: 'wss://im.example.com/base/' });
    const { request, url } = await missedThrice(all);
    expect(all.transport.sockets).toHaveLength(3);
    expect(request).toMatchObject({ method: 'GET', header: { authorization: 'Bearer t4' } });
    expect(request.url.startsWith('https://im.example.com/base/api/v1/users/a%40b/inbox?')).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ device: 'phone', wait: '0' });
    expect(url.searchParams.has('cursor')).toBe(false);
  });

  it('are told as polling when the first answer is there', async () => {
    const all = pollingRig();
    const first = await missedThrice(all);
    expect(all.client.state.phase).toBe('connecting');
    first.answer(200, page());
    expect(all.client.state).toEqual({ phase: 'polling' });
  });

  it('are counted anew when one has opened', async () => {
    const all = pollingRig();
    all.client.connect();
    await settled();
    await miss(all);
    await miss(all);
    all.transport.last.open();
    await miss(all);
    await miss(all);
    await miss(all);
    expect(all.http.requests).toHaveLength(0);
    expect(all.transport.sockets).toHaveLength(6);
  });

  it('are not those for which there was no token: nothing was dialled', async () => {
    const http = new ScriptedHttp();
    const all = rig({ http, token: () => Promise.reject(new Error('no')) });
    all.client.connect();
    for (let count = 0; count < 5; count++) {
      await settled();
      all.clock.advance(all.clock.nextIn ?? 0);
    }
    expect([http.requests, all.transport.sockets]).toEqual([[], []]);
  });

  it.each([
    ['fallback is false', { fallback: false }],
    ['the host has no HTTP', { http: undefined }],
    ['there is no token: such a server polls nobody', { token: undefined }],
  ])('change nothing when %s', async (_, options) => {
    const all = pollingRig(options as Partial<ClientOptions>);
    all.client.connect();
    await settled();
    for (let count = 0; count < 6; count++) await miss(all);
    expect(all.http.requests).toHaveLength(0);
    expect(all.transport.sockets).toHaveLength(7);
  });

  it('are followed by a WebSocket again when HTTP does not get through either, then by HTTP, in turn', async () => {
    const all = pollingRig();
    const first = await missedThrice(all);
    first.fail();
    expect(all.client.state).toMatchObject({ phase: 'waiting', because: 'HTTP: 0' });
    await waited(all);
    expect(all.transport.sockets).toHaveLength(4);
    await miss(all);
    expect(all.http.requests).toHaveLength(2);
  });
});

describe('while it polls', () => {
  it('tells messages once and in order, and asks for what follows', async () => {
    const all = await polling();
    all.http.poll.answer(200, page([message(1), message(2)], { cursor: 2 }));
    all.clock.advance(200);
    expect(Object.fromEntries(all.http.poll.url.searchParams)).toMatchObject({ wait: '25', cursor: '2', epoch: 'e1' });
    all.http.poll.answer(200, page([message(2), message(3)], { cursor: 3 }));
    expect(all.told).toEqual(['m1', 'm2', 'm3']);
  });

  it('asks at once when there is more', async () => {
    const all = await polling();
    all.http.poll.answer(200, page([message(1)], { cursor: 1, head: 5 }));
    all.clock.advance(0);
    expect(all.http.poll.url.searchParams.get('cursor')).toBe('1');
  });

  it('waits for the next one as soon as it is open', async () => {
    const all = pollingRig();
    (await missedThrice(all)).answer(200, page());
    all.clock.advance(0);
    expect(all.http.poll.url.searchParams.get('wait')).toBe('25');
  });

  it('does not ask all the time where the server does not wait', async () => {
    const all = await polling();
    const before = all.http.requests.length;
    for (let ms = 0; ms < 10_000; ms += 100) {
      for (const request of all.http.open) request.answer(200, page());
      all.clock.advance(100);
    }
    expect(all.http.requests.length - before).toBeLessThanOrEqual(6);
  });

  it('tells what was taken back, and what is not kept', async () => {
    const all = await polling();
    all.http.poll.answer(200, page([{ type: 'recalled', messageId: 'e1-1', cursor: 1, seq: 1 }], { cursor: 1 }));
    all.clock.advance(200);
    all.http.poll.answer(200, page([{ type: 'toolong', from: 2, floor: 40, head: 97 }], { cursor: 97 }));
    all.clock.advance(200);
    expect(all.told).toEqual([
      ['recalled', 'e1-1'],
      ['toolong', 97],
    ]);
    expect(all.http.poll.url.searchParams.get('cursor')).toBe('97');
  });

  it('goes over to another epoch where the server says so', async () => {
    const all = await polling();
    all.http.poll.answer(200, page([message(1)], { cursor: 1 }));
    all.clock.advance(200);
    const toolong = { type: 'toolong', from: 1, floor: 0, head: 4 };
    all.http.poll.answer(200, page([toolong], { cursor: 4, epoch: 'e2' }));
    all.clock.advance(200);
    expect(Object.fromEntries(all.http.poll.url.searchParams)).toMatchObject({ cursor: '4', epoch: 'e2' });
  });

  it('says synced once, when all that was missed is there', async () => {
    const all = pollingRig();
    const synced: number[] = [];
    all.client.on('synced', ({ cursor }) => synced.push(cursor));
    (await missedThrice(all)).answer(200, page([message(1)], { cursor: 1, head: 2 }));
    all.clock.advance(0);
    expect(synced).toEqual([]);
    all.http.poll.answer(200, page([message(2)], { cursor: 2 }));
    all.clock.advance(200);
    all.http.poll.answer(200, page());
    expect(synced).toEqual([2]);
  });

  it('sends what is for users one after the other, under the ids that it has', async () => {
    const all = await polling();
    const first = all.client.send('B', 'one', { id: 'a/1', ttlS: 60 });
    all.client.send('C', { n: 2 }, { id: 'a2' });
    const { put } = all.http;
    expect(put.url.pathname).toBe('/api/v1/users/A/outbox/a%2F1');
    expect(put.body).toMatchObject({ toUserId: 'B', message: 'one', ttlS: 60 });
    expect(all.http.open.filter(({ isPut }) => isPut)).toHaveLength(1);
    put.answer(201, { messageId: 'e1-7', seq: 2, sentAt: 5, cursor: 1, online: false });
    await expect(first).resolves.toMatchObject({ id: 'a/1', messageId: 'e1-7', seq: 2, sentAt: 5 });
    expect(all.http.put.body).toMatchObject({ toUserId: 'C', message: { n: 2 } });
  });

  it('tells an own message when the inbox brings it, and not twice', async () => {
    const all = await polling();
    all.client.send('B', 'one', { id: 'a1' });
    all.http.put.answer(201, { messageId: 'e1-1', seq: 1, sentAt: 5, cursor: 1 });
    const { poll } = all.http;
    poll.answer(200, page([{ ...message(1, 'one'), fromUserId: 'A', toUserId: 'B', id: 'a1' }], { cursor: 1 }));
    expect(all.told).toEqual(['one']);
  });

  it('takes 200 for the answer to one that was stored before', async () => {
    const all = await polling();
    const sent = all.client.send('B', 'one');
    all.http.put.answer(200, { messageId: 'e1-1', seq: 1, sentAt: 5, cursor: 1, duplicate: true });
    await expect(sent).resolves.toMatchObject({ duplicate: true });
  });

  it.each([
    [400, 'bad_frame'],
    [403, 'forbidden'],
    [409, 'conflict'],
    [413, 'too_large'],
  ])('takes %i in the server’s own words for a refusal', async (status, code) => {
    const all = await polling();
    const refused: unknown[] = [];
    all.client.on('refused', ({ id, error }) => refused.push([id, error.code]));
    const sent = all.client.send('B', 'one', { id: 'a1' });
    all.client.send('B', 'two', { id: 'a2' });
    all.http.put.answer(status, { status, code, detail: 'because' });
    await expect(sent).rejects.toMatchObject({ code, message: 'because' });
    expect(refused).toEqual([['a1', code]]);
    expect(all.http.put.body.message).toBe('two');
  });

  it.each([
    [429, 'rate_limited'],
    [503, 'busy'],
  ])('waits after %i, and goes on with what was not taken', async (status, code) => {
    const all = await polling();
    all.client.send('B', 'one', { id: 'a1' });
    all.client.send('B', 'two', { id: 'a2' });
    all.http.put.answer(status, { status, code, detail: 'later', retryAfterMs: 3_000 });
    all.clock.advance(2_999);
    expect(all.http.open.some(({ isPut }) => isPut)).toBe(false);
    all.clock.advance(1);
    expect(all.http.put.body.message).toBe('one');
    expect(all.client.state.phase).toBe('polling');
  });

  it.each([
    ['is none', 0, {}],
    ['comes from something that stands between', 403, {}],
    ['says that there is no such place', 404, { code: 'not_found', detail: 'no' }],
    ['is a page of somebody else', 200, { hello: 'sign in' }],
    ['is a fault of the server', 500, { code: 'internal', detail: 'no' }],
  ])('sends again what may not have arrived, when the answer %s', async (_, status, body) => {
    const all = await polling();
    all.client.send('B', 'one', { id: 'a1' });
    all.http.put.answer(status, body);
    expect(all.client.state.phase).toBe('waiting');
    await waited(all);
    all.http.poll.answer(200, page());
    expect(all.http.put.url.pathname).toBe('/api/v1/users/A/outbox/a1');
  });

  it('keeps what is for rooms and for everyone until there is a WebSocket, and lets what is for users pass', async () => {
    const all = await polling();
    const lobby = all.client.join('lobby');
    lobby.say('hello all', { id: 'r1' });
    all.client.broadcast('to all', { id: 'b1' });
    all.client.send('B', 'one', { id: 'a1' });
    expect(all.http.put.body.message).toBe('one');
    all.http.put.answer(201, { messageId: 'e1-1', seq: 1, sentAt: 5 });
    expect(all.http.open.some(({ isPut }) => isPut)).toBe(false);
    await up(all);
    expect(all.transport.last.frames.map(({ type, id }) => [type, id])).toContainEqual(['join', expect.any(String)]);
    all.transport.last.receive({ ...JOINED, id: String(joinOf(all)) });
    expect(all.transport.last.frames.map(({ id }) => id)).toEqual(expect.arrayContaining(['r1', 'b1']));
  });

  it('declines questions and what is for now, and says why', async () => {
    const { client } = await polling();
    const because = { code: 'not_connected', message: 'not connected, polling' };
    await expect(client.history('B')).rejects.toMatchObject(because);
    await expect(client.recall('e1-1')).rejects.toMatchObject(because);
    await expect(client.send('B', 'now', { ephemeral: true })).rejects.toMatchObject(because);
  });

  it('keeps what was read until there is a WebSocket', async () => {
    const all = await polling();
    all.client.read('B', 3);
    all.platform.foreground();
    all.http.poll.answer(200, page());
    await up(all);
    expect(all.transport.last.frames).toContainEqual({ type: 'read', peerId: 'B', seq: 3 });
  });

  it('asks for a new token when the server does not believe the last one', async () => {
    const all = await polling();
    all.http.poll.answer(401, { status: 401, code: 'unauthorized', detail: 'the token has expired' });
    await waited(all);
    expect(all.renewals.at(-1)).toBe(true);
    expect(all.http.poll.request.header.authorization).toBe(`Bearer t${all.renewals.length}`);
  });

  it('does not stay away for good, however often the token is not believed over HTTP', async () => {
    const all = await polling();
    for (let count = 0; count < 12; count++) {
      for (const request of all.http.open) request.answer(401, { code: 'unauthorized', detail: 'no' });
      await waited(all);
    }
    expect(all.client.state.phase).not.toBe('closed');
  });

  it('waits as long as a busy server says, and polls on', async () => {
    const all = await polling();
    all.http.poll.answer(503, { code: 'busy', detail: 'too many polls wait', retryAfterMs: 5_000 });
    all.clock.advance(4_999);
    expect(all.http.open).toEqual([]);
    all.clock.advance(1);
    expect(all.http.poll.url.searchParams.get('wait')).toBe('25');
    expect(all.client.state.phase).toBe('polling');
  });

  it('gives a question up that has no answer after 35 s', async () => {
    const all = await polling();
    const { poll } = all.http;
    all.clock.advance(35_000);
    expect(poll.givenUp).toBe(true);
    expect(all.client.state.phase).not.toBe('polling');
  });

  it('hears nothing more of what it gave up', async () => {
    const all = await polling();
    const { poll } = all.http;
    all.client.close();
    poll.answer(200, page([message(1)], { cursor: 1 }));
    expect(all.told).toEqual([]);
    expect(all.clock.running).toBe(0);
  });

  it('asks nothing in the background, where no timer runs, and goes on in the foreground', async () => {
    const all = await polling();
    const { poll } = all.http;
    all.platform.background();
    expect([poll.givenUp, all.http.open.length, all.clock.running]).toEqual([true, 0, 0]);
    all.platform.foreground();
    await settled();
    all.http.poll.answer(200, page());
    expect(all.client.state.phase).toBe('polling');
  });
});

describe('back up', () => {
  it('tries a WebSocket as soon as HTTP gets through, and every 60 s from then on', async () => {
    const all = pollingRig();
    const first = await missedThrice(all);
    expect(all.transport.sockets).toHaveLength(3);
    first.answer(200, page());
    expect(all.transport.sockets).toHaveLength(4);
    all.transport.last.lose();
    advancePolling(all, 59_000);
    expect(all.transport.sockets).toHaveLength(4);
    advancePolling(all, 1_000);
    expect(all.transport.sockets).toHaveLength(5);
    expect(all.transport.alive).toHaveLength(1);
  });

  it.each(['foreground', 'network'] as const)('tries one at once on %s', async (signal) => {
    const all = await polling();
    const before = all.transport.sockets.length;
    if (signal === 'network') all.platform.network(true);
    else all.platform.foreground();
    expect(all.transport.sockets).toHaveLength(before + 1);
    expect(all.http.poll.url.searchParams.get('wait')).toBe('0');
  });

  it('polls on while it tries', async () => {
    const all = await polling();
    all.platform.network(true);
    all.http.poll.answer(200, page([message(1)], { cursor: 1 }));
    expect(all.told).toEqual(['m1']);
    expect(all.client.state.phase).toBe('polling');
  });

  it('uses no socket that it tried, gives the polls up, and goes on with the same cursor and outbox', async () => {
    const all = await polling();
    all.http.poll.answer(200, page([message(1)], { cursor: 1 }));
    all.client.send('B', 'one', { id: 'a1' });
    const { put } = all.http;
    await up(all, 1);
    expect(all.client.state.phase).toBe('connected');
    expect([put.givenUp, all.http.open.length]).toEqual([true, 0]);
    expect(all.transport.alive).toEqual([all.transport.last]);
    expect(new URL(all.transport.last.url).searchParams.get('cursor')).toBe('1');
    expect(all.transport.last.frames).toMatchObject([{ type: 'token' }, { type: 'message', id: 'a1' }]);
    expect(all.clock.running).toBe(1);
  });

  it('goes back to polls at once when the dial fails after all', async () => {
    const all = await polling();
    all.platform.network(true);
    all.transport.last.open();
    await settled();
    await miss(all);
    all.http.poll.answer(200, page());
    expect(all.client.state.phase).toBe('polling');
  });

  it('begins with those broadcasts that come from then on, where it has none', async () => {
    const all = await polling();
    await up(all);
    expect(new URL(all.transport.last.url).searchParams.has('broadcast')).toBe(false);
  });
});

const JOINED = { type: 'joined', id: '', room: 'lobby', count: 1, head: 0, from: 1, members: [] } as const;

function joinOf({ transport }: Rig): unknown {
  return transport.last.frames.find(({ type }) => type === 'join')?.id;
}

/** WebSockets open again. */
async function up(all: PollingRig, cursor = 0): Promise<void> {
  all.platform.network(true);
  all.transport.last.open();
  await settled();
  all.transport.last.open();
  all.transport.last.receive({ ...WELCOME, cursor, head: cursor });
}

/** The server answers as it does where nothing comes. */
function advancePolling({ clock, http }: PollingRig, ms: number): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.advance(1_000);
    for (const request of http.open) request.answer(200, page());
  }
}
