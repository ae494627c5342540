import { expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';

const node = apiNode({ MINIM_FRAMES_PER_S: '1', MINIM_FRAMES_BURST: '3', MINIM_BYTES_PER_S: '1000' });

it('a key may send and ask as much as one user, and is told when to come again', async () => {
  const send = (id: string, key: string) =>
    node.ask('put', `/api/v1/messages/${id}`, { toUserId: 'B', message: 'x' }, key);
  const sent = await Promise.all(Array.from({ length: 12 }, (_, index) => send(`m${index}`, KEYS.bell)));
  const [declined] = sent.filter(({ status }) => status !== 201);
  expect(declined).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterMs: expect.any(Number) } });
  const waitS = Number(declined?.headers['retry-after']);
  expect(waitS).toBe(Math.ceil(declined?.body.retryAfterMs / 1_000));
  expect(waitS).toBeGreaterThan(0);
  const asked = await Promise.all(
    Array.from({ length: 12 }, () => node.ask('get', '/api/v1/rooms/hall/members', undefined, KEYS.eye)),
  );
  expect(asked.map(({ status }) => status)).toContain(429);
  expect((await send('m9', KEYS.shop)).status).toBe(201);
});

it('a batch counts as one send of all its bytes', async () => {
  const batch = (name: string, length: number) => {
    const items = Array.from({ length }, (_, index) => ({
      id: `${name}${index}`,
      toUserId: 'B',
      message: 'x'.repeat(50),
    }));
    return node.ask('post', '/api/v1/messages/batch', { items });
  };
  expect((await batch('a', 70)).status).toBe(207);
  expect(await batch('b', 70)).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
});
