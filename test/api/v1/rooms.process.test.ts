import { describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';

const node = apiNode({ MINIM_FRAMES_PER_S: '0', MINIM_REQUESTS_PER_S_PER_ADDRESS: '0' });
const get = (path: string, key = KEYS.eye) => node.ask('get', `/api/v1/rooms/${path}`, undefined, key);
const say = (room: string, id: string, body: object, key?: string) =>
  node.ask('put', `/api/v1/rooms/${room}/messages/${id}`, body, key);

describe('PUT /api/v1/rooms/{room}/messages/{id} says something in a room', () => {
  it('to everyone there, with the sender’s profile, and once', async () => {
    const phone = await node.open('A1');
    await phone.ask({ type: 'profile', id: 'p', nickname: 'Ann' });
    await phone.ask({ type: 'join', id: 'j', room: '院子' });
    const room = encodeURIComponent('院子');
    const sent = await say(room, 'm1', { message: 'hello all' });
    expect(sent).toMatchObject({ status: 201, body: { seq: 1 } });
    const { messageId } = sent.body;
    expect(await phone.next()).toMatchObject({ type: 'message', room: '院子', messageId, fromUserId: '@shop', seq: 1 });
    await say(room, 'm2', { fromUserId: 'A1', message: { n: 2 } });
    expect(await phone.next()).toMatchObject({ fromUserId: 'A1', profile: { nickname: 'Ann' }, message: { n: 2 } });
    expect(await say(room, 'm1', { message: 'hello all' })).toMatchObject({
      status: 200,
      body: { ...sent.body, duplicate: true },
    });
    expect((await say(room, 'm1', { message: 'something else' })).status).toBe(409);
    expect((await say('other', 'm1', { message: 'hello all' })).status).toBe(409);
    const repeated = await phone.ask({ type: 'message', id: 'm2', room: '院子', message: { n: 2 } });
    expect(repeated).toMatchObject({ type: 'ack', seq: 2, duplicate: true });
  });

  it('but not where the name is none, what is said is nothing, or without the scope', async () => {
    expect((await say('no%20spaces', 'm1', { message: 'x' })).body.errors).toMatchObject([{ field: 'room' }]);
    expect((await say('hall', 'm1', {})).body.errors).toMatchObject([{ field: 'message' }]);
    expect((await say('hall', 'm1', { message: 'x' }, KEYS.eye)).status).toBe(403);
  });
});

describe('GET /api/v1/rooms/{room}/history tells what was said', () => {
  it('newest first, page by page, with profiles', async () => {
    const phone = await node.open('A2');
    await phone.ask({ type: 'profile', id: 'p', nickname: 'Ann' });
    for (const n of [1, 2, 3]) await say('hall', `h${n}`, { fromUserId: n === 2 ? 'A2' : 'B2', message: { n } });
    const { body } = await get('hall/history?limit=2');
    expect(body).toMatchObject({
      room: 'hall',
      items: [
        { seq: 3, fromUserId: 'B2', message: { n: 3 } },
        { seq: 2, fromUserId: 'A2', message: { n: 2 } },
      ],
      members: [{ userId: 'A2', profile: { nickname: 'Ann' } }],
      more: true,
    });
    expect((await get('hall/history?before=2')).body).toMatchObject({ items: [{ seq: 1 }], members: [], more: false });
    expect((await get('nobody/history')).body).toEqual({ room: 'nobody', items: [], members: [], more: false });
  });

  it('but not beyond its bounds, or without the scope', async () => {
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1&limit=2',
      'before=-1',
      'before=99999999999999999',
    ]) {
      const { status, body } = await get(`hall/history?${query}`);
      expect({ status, field: body.errors[0].field }).toEqual({ status: 400, field: query.replace(/=.*/, '') });
    }
    expect((await get('no%20spaces/history')).status).toBe(400);
    expect((await get('hall/history', KEYS.bell)).status).toBe(403);
  });
});

describe('GET /api/v1/rooms/{room}/members lists who is there', () => {
  it('each user once, page by page', async () => {
    for (const userId of ['C3', 'A3', 'B3', 'A3']) {
      const session = await node.open(userId);
      await session.ask({ type: 'profile', id: 'p', nickname: userId === 'B3' ? 'Bo' : '' });
      await session.ask({ type: 'join', id: 'j', room: 'yard' });
    }
    await node.open('D3');
    expect((await get('yard/members?limit=2')).body).toEqual({
      count: 3,
      users: [{ userId: 'A3' }, { userId: 'B3', nickname: 'Bo' }],
      next: 'B3',
    });
    expect((await get('yard/members?after=B3')).body).toEqual({ count: 3, users: [{ userId: 'C3' }] });
    expect((await get('empty/members')).body).toEqual({ count: 0, users: [] });
  });

  it('but not beyond its bounds, or without the scope', async () => {
    for (const query of ['limit=0', 'limit=1001', 'after=no%20spaces']) {
      expect((await get(`yard/members?${query}`)).status).toBe(400);
    }
    expect((await get('yard/members', KEYS.bell)).status).toBe(403);
  });
});
