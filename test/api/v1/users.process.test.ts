import { describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';

const node = apiNode({ MINIM_FRAMES_PER_S: '0', MINIM_REQUESTS_PER_S_PER_ADDRESS: '0' });
const get = (path: string, key = KEYS.eye) => node.ask('get', `/api/v1/users/${path}`, undefined, key);
const put = (path: string, body?: object, key?: string) => node.ask('put', `/api/v1/users/${path}`, body, key);
const remove = (path: string, key?: string) => node.ask('delete', `/api/v1/users/${path}`, undefined, key);
const send = (fromUserId: string, toUserId: string, id: string) =>
  node.ask('put', `/api/v1/messages/${id}`, { fromUserId, toUserId, message: { id } });

/** Every wrong path and query is told, and a key without the scope passes nowhere. */
async function expectRefusals(method: 'get' | 'put' | 'delete', wrong: readonly string[], right: string, key: string) {
  for (const path of wrong) {
    const { status, body } = await node.ask(method, `/api/v1/users/${path}`);
    expect({ path, status, errors: body.errors?.length }).toEqual({ path, status: 400, errors: 1 });
  }
  expect((await node.ask(method, `/api/v1/users/${right}`, undefined, key)).status).toBe(403);
}

describe('GET /api/v1/users/{userId}/conversations lists them', () => {
  it('as the user’s own session would be told, page by page', async () => {
    for (const peer of ['B1', 'C1', 'D1']) await send(peer, 'A1', `to-${peer}`);
    await put('C1/profile', { nickname: 'Cem' });
    const phone = await node.open('A1');
    await phone.nextOnes(3);
    const { items, more } = await phone.ask({ type: 'conversations', id: 'c' });
    expect((await get('A1/conversations')).body).toEqual({ items, more });
    const first = await get('A1/conversations?limit=2');
    expect(first.body).toMatchObject({
      items: [
        { peerId: 'D1', unread: 1, last: { message: { id: 'to-D1' } } },
        { peerId: 'C1', profile: { nickname: 'Cem' } },
      ],
      more: true,
    });
    const { body } = await get(`A1/conversations?limit=2&before=${first.body.items[1].cursor}`);
    expect(body).toMatchObject({ items: [{ peerId: 'B1' }], more: false });
    expect((await get('nobody/conversations')).body).toEqual({ items: [], more: false });
  });

  it('but not beyond its bounds, or without the scope', () =>
    expectRefusals(
      'get',
      ['no%20spaces/conversations', 'A/conversations?limit=201', 'A/conversations?before=x'],
      'A/conversations',
      KEYS.bell,
    ));
});

describe('GET /api/v1/users/{userId}/conversations/{peerId}/messages tells one', () => {
  it('newest first, as the user’s own session would be told', async () => {
    for (const n of [1, 2, 3]) await send(n === 2 ? 'B2' : 'A2', n === 2 ? 'A2' : 'B2', `n${n}`);
    const phone = await node.open('A2');
    await phone.nextOnes(3);
    const { items } = await phone.ask({ type: 'history', id: 'h', peerId: 'B2' });
    const { body } = await get('A2/conversations/B2/messages');
    expect(body).toEqual({ peerId: 'B2', delivered: 0, read: 0, ownRead: 0, items, more: false });
    expect(body.items).toMatchObject([{ seq: 3, id: 'n3' }, { seq: 2 }, { seq: 1 }]);
    expect((await get('B2/conversations/A2/messages?limit=1&before=3')).body).toMatchObject({
      items: [{ seq: 2, id: 'n2' }],
      more: true,
    });
    expect((await get('A2/conversations/nobody/messages')).body).toMatchObject({ items: [], more: false });
  });

  it('but not of who is nobody, or without the scope', () =>
    expectRefusals(
      'get',
      ['A/conversations/no%20spaces/messages', 'A/conversations/B/messages?limit=0'],
      'A/conversations/B/messages',
      KEYS.bell,
    ));
});

it('GET /api/v1/users/online/count says how many are', async () => {
  const { count } = (await get('online/count')).body;
  const [phone] = [await node.open('A3'), await node.open('A3', '&device=pad')];
  expect((await get('online/count')).body).toEqual({ count: count + 1 });
  await expectRefusals('get', [], 'online/count', KEYS.bell);
  await phone?.leave();
});

describe('GET /api/v1/users/{userId}/sessions lists', () => {
  it('those of this node, with what is known of them', async () => {
    const before = Date.now();
    await node.open('A4', '&device=phone');
    await send('B4', 'A4', 's1');
    const { body } = await get('A4/sessions');
    expect(body.sessions).toEqual([
      {
        sessionId: expect.any(String),
        device: 'phone',
        full: true,
        current: true,
        since: expect.any(Number),
        remoteAddress: '127.0.0.1',
        bufferedBytes: 0,
        written: 1,
        head: 1,
      },
    ]);
    expect(body.sessions[0].since).toBeGreaterThanOrEqual(before - 1_000);
    expect(body).toMatchObject({
      devices: [{ deviceId: 'phone', cursor: 0, seenAt: expect.any(Number) }],
      head: 1,
      floor: 0,
    });
    expect((await get('nobody/sessions')).body).toEqual({ sessions: [], devices: [], head: 0, floor: 0 });
    await expectRefusals('get', ['no%20spaces/sessions'], 'A4/sessions', KEYS.bell);
  });
});

describe('DELETE /api/v1/users/{userId}/sessions ends', () => {
  it('[MP-6.2] all sessions of the user, or those of one device, with 4503 and what the operator says', async () => {
    const [phone, pad] = [await node.open('A5', '&device=phone'), await node.open('A5', '&device=pad')];
    const other = await node.open('B5');
    expect((await remove('A5/sessions?device=phone&reason=come%20back%20tomorrow')).status).toBe(202);
    expect(await phone.next()).toEqual({ type: 'error', code: 'disconnected', message: 'come back tomorrow' });
    expect(await phone.ended).toEqual({ code: 4503, reason: 'disconnected' });
    await remove('A5/sessions');
    expect(await pad.next()).toMatchObject({ type: 'error', code: 'disconnected', message: expect.any(String) });
    expect(await pad.ended).toEqual({ code: 4503, reason: 'disconnected' });
    expect(await other.ask('ping')).toMatchObject({ type: 'pong' });
    expect((await remove('nobody/sessions')).status).toBe(202);
  });

  it('but not for a reason that nobody can read, or without the scope', () =>
    expectRefusals(
      'delete',
      [
        'A/sessions?reason=',
        `A/sessions?reason=${'x'.repeat(201)}`,
        'A/sessions?reason=%07',
        'A/sessions?device=a%20b',
      ],
      'A/sessions',
      KEYS.eye,
    ));
});

describe('PUT /api/v1/users/{userId}/profile and GET /api/v1/users/{userId}/profile are one thing, which', () => {
  it('is set as a whole, told to the rooms, and shown as it is stored', async () => {
    const phone = await node.open('A6');
    await phone.ask({ type: 'join', id: 'j', room: 'hall6' });
    const whole = { nickname: 'Ann', avatar: 'https://example.com/a.png', invisible: true };
    expect((await put('A6/profile', whole)).body).toMatchObject(whole);
    expect(await phone.next()).toMatchObject({ type: 'profile', userId: 'A6', profile: { nickname: 'Ann' } });
    expect((await get('A6/profile')).body).toMatchObject(whole);
    const { body } = await put('A6/profile', { nickname: 'Bea' });
    expect(body).toEqual({ nickname: 'Bea', invisible: false, seenAt: expect.any(Number) });
    expect((await get('nobody/profile')).body).toEqual({ invisible: false });
  });

  it('is nothing that no session could set, or without the scope', async () => {
    for (const wrong of [{ nickname: ' Ann' }, { avatar: 'javascript:x' }, { invisible: 'yes' }, { nickname: null }]) {
      const { status, body } = await put('A6/profile', wrong);
      expect({ status, field: body.errors?.[0].field }).toEqual({ status: 400, field: Object.keys(wrong)[0] });
    }
    await expectRefusals('put', ['no%20spaces/profile'], 'A6/profile', KEYS.eye);
    await expectRefusals('get', ['no%20spaces/profile'], 'A6/profile', KEYS.bell);
  });
});

describe('PUT /api/v1/users/{userId}/blocked/{peerId} blocks, DELETE /api/v1/users/{userId}/blocked/{peerId} does not, GET /api/v1/users/{userId}/blocked tells', () => {
  it('whose messages a user does not get', async () => {
    expect((await put('A7/blocked/C7')).status).toBe(204);
    expect((await put('A7/blocked/C7')).status).toBe(204);
    await put('A7/blocked/B7');
    expect((await get('A7/blocked')).body).toEqual({ userIds: ['B7', 'C7'] });
    expect(await send('B7', 'A7', 'b1')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await remove('A7/blocked/B7')).status).toBe(204);
    expect((await send('B7', 'A7', 'b1')).status).toBe(201);
    expect((await get('nobody/blocked')).body).toEqual({ userIds: [] });
  });

  it('but not oneself, nobody, or without the scope', async () => {
    expect(await put('A7/blocked/A7')).toMatchObject({ status: 400, body: { code: 'bad_frame' } });
    await expectRefusals('put', ['A/blocked/no%20spaces'], 'A/blocked/B', KEYS.eye);
    await expectRefusals('delete', ['A/blocked/no%20spaces'], 'A/blocked/B', KEYS.eye);
    await expectRefusals('get', ['no%20spaces/blocked'], 'A/blocked', KEYS.bell);
  });
});

describe('DELETE /api/v1/users/{userId} erases a user', () => {
  it('[MP-3.13] whose sessions end, and whose messages others see as recalled, with all numbers', async () => {
    const [phone, other] = [await node.open('A8', '&device=phone'), await node.open('B8', '&device=phone')];
    await phone.ask({ type: 'profile', id: 'p', nickname: 'Ann' });
    await phone.ask({ type: 'message', id: '1', toUserId: 'B8', message: 'of A8' });
    expect(await other.next()).toMatchObject({ message: 'of A8' });
    await other.ask({ type: 'message', id: '1', toUserId: 'A8', message: 'of B8' });
    expect(await remove('A8')).toMatchObject({ status: 200, body: { userId: 'A8', erased: true } });
    const frames = await phone.nextOnes(2);
    expect(frames).toMatchObject([{ type: 'message' }, { type: 'error', code: 'disconnected' }]);
    expect(await phone.ended).toEqual({ code: 4503, reason: 'disconnected' });
    const again = await node.open('B8', '&device=pad&cursor=0');
    expect(await again.nextOnes(2)).toMatchObject([
      { type: 'recalled', cursor: 1, seq: 1, fromUserId: 'A8' },
      { type: 'message', cursor: 2, seq: 2, message: 'of B8' },
    ]);
    expect((await get('B8/conversations/A8/messages')).body.items).toMatchObject([
      { seq: 2 },
      { seq: 1, recalled: true },
    ]);
    expect((await get('A8/conversations')).body).toEqual({ items: [], more: false });
    expect((await get('A8/profile')).body).toEqual({ invisible: false });
  });

  it('[MP-3.13] of whose words in rooms and to everyone nothing is left, also for who comes back', async () => {
    const phone = await node.open('A9');
    await phone.ask({ type: 'profile', id: 'p', nickname: 'Ann' });
    const other = await node.open('B9');
    await other.ask({ type: 'join', id: 'j', room: 'hall9' });
    await phone.ask({ type: 'join', id: 'j', room: 'hall9' });
    await phone.ask({ type: 'message', id: '1', room: 'hall9', message: { secret: '"fromUserId":"B9"' } });
    await node.ask('put', '/api/v1/rooms/hall9/messages/2', { fromUserId: 'B9', message: '"fromUserId":"A9"' });
    const { body: broadcast } = await node.ask('put', '/api/v1/broadcasts/9', { fromUserId: 'A9', message: 'secret' });
    await remove('A9');
    const back = await node.open('C9', `&broadcast=${broadcast.seq - 1}`);
    expect(await back.next()).toMatchObject({ type: 'broadcast', seq: broadcast.seq, fromUserId: 'A9', message: '' });
    back.send({ type: 'join', id: 'j', room: 'hall9', since: 0 });
    const [joined, first, second] = await back.nextOnes(3);
    expect(joined).toMatchObject({ type: 'joined', head: 2, from: 1 });
    expect(first).toMatchObject({ seq: 1, fromUserId: 'A9', message: '' });
    expect(first).not.toHaveProperty('profile');
    expect(second).toMatchObject({ seq: 2, fromUserId: 'B9', message: '"fromUserId":"A9"' });
    const { body } = await node.ask('get', '/api/v1/rooms/hall9/history');
    expect(body.items).toMatchObject([{ seq: 2 }, { seq: 1, message: '' }]);
    expect(body.members).toEqual([]);
  });

  it('also twice, and one who was never here; but nobody without the scope', async () => {
    const twice = await Promise.all([remove('A10'), remove('A10')]);
    expect(twice.map(({ body }) => body)).toEqual([
      { userId: 'A10', erased: true },
      { userId: 'A10', erased: true },
    ]);
    await expectRefusals('delete', ['no%20spaces'], 'A', KEYS.eye);
  });
});
