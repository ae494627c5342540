import request from 'supertest';
import { expect, it } from 'vitest';
import { startServerForTest } from '../../support/server.js';
import { WsClient } from '../../support/ws-client.js';

const READER = 'reader-key-of-the-tests-0123456789';
const SENDER = 'sender-key-of-the-tests-0123456789';

it('GET /api/v1/users/online lists who is online, with profiles, page by page, for keys of scope read', async () => {
  const server = await startServerForTest({ env: { MINIM_API_KEYS: `r:read:${READER},s:send:${SENDER}` } });
  const ask = (query: string, key = READER) =>
    request(server.url).get(`/api/v1/users/online${query}`).set('x-api-key', key);
  expect((await ask('')).body).toEqual({ count: 0, users: [] });
  for (const userId of ['C', 'A', 'B', 'A']) {
    const session = await WsClient.open(`${server.ws}/websocket/${userId}?v=1`, { ignored: 'synced' });
    await session.next();
    const isNamed = { type: 'profile', id: 'p', nickname: 'Bo', invisible: true };
    if (userId === 'B') await session.ask(isNamed);
  }
  expect((await ask('?limit=2')).body).toEqual({
    count: 3,
    users: [{ userId: 'A' }, { userId: 'B', nickname: 'Bo' }],
    next: 'B',
  });
  expect((await ask('?limit=2&after=B')).body).toEqual({ count: 3, users: [{ userId: 'C' }] });
  for (const wrong of ['?limit=0', '?limit=1001', '?limit=x', '?after=no%20spaces', '?after=A&after=B']) {
    expect((await ask(wrong)).status).toBe(400);
  }
  expect((await ask('', SENDER)).status).toBe(403);
  expect((await request(server.url).get('/api/v1/users/online')).status).toBe(401);
});
