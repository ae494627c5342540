import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { apiNode } from '../support/api-node.js';
import { startServerForTest } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';

const OURS = 'https://shop.example';
const ASKED = [
  ['POST', '/auth/ticket'],
  ['POST', '/auth/wechat'],
  ['GET', '/api/v1/users/A/inbox?cursor=0&wait=0'],
  ['PUT', '/api/v1/users/A/outbox/m1'],
] as const;
const FOREIGN = [
  'https://shop.example.evil',
  'http://shop.example',
  'https://shop.example:8443',
  'null',
  'https://evil',
];

const preflight = (url: string, path: string, origin: string, method: string) =>
  request(url)
    .options(path)
    .set('origin', origin)
    .set('access-control-request-method', method)
    .set('access-control-request-headers', 'authorization,content-type');

/** What a browser goes by. */
function corsOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary');
  return Object.fromEntries(own);
}

describe.each(['uws', 'ws'])('over %s, a page of an origin in MINIM_ALLOWED_ORIGINS', (transport) => {
  const node = apiNode({
    ...TOKEN_MODE,
    MINIM_TRANSPORT: transport,
    MINIM_ALLOWED_ORIGINS: `${OURS},https://two.example`,
  });
  const url = () => node.server.url;

  it.each(ASKED)('may %s %s, and read what is answered, be it a refusal', async (method, path) => {
    const { headers, text } = await preflight(url(), path, OURS, method).expect(204);
    expect(text).toBe('');
    expect(corsOf(headers)).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': OURS,
      'access-control-allow-methods': method,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    });
    const shown = {
      vary: 'Origin',
      'access-control-allow-origin': OURS,
      'access-control-expose-headers': 'retry-after',
    };
    const asked = () => request(url())[method.toLowerCase() as 'get' | 'put' | 'post'](path).set('origin', OURS);
    const body = method === 'GET' ? undefined : { toUserId: 'B', message: 'hello', code: '' };
    const stranger = await asked().send(body);
    expect(stranger.status).toBeGreaterThanOrEqual(400);
    expect(corsOf(stranger.headers)).toEqual(shown);
    const known = await asked()
      .set('authorization', `Bearer ${await tokenOf('A')}`)
      .send(body);
    expect(known.status).toBe(
      { '/auth/ticket': 200, '/auth/wechat': 404 }[path as string] ?? (method === 'PUT' ? 201 : 200),
    );
    expect(corsOf(known.headers)).toEqual(shown);
  });

  it('may ask nothing else: no other address, and nothing with an API key', async () => {
    for (const path of [
      '/api/v1/messages/m1',
      '/api/v1/users/A',
      '/auth/revoke',
      '/metrics',
      '/api/v1/users/A/inbox/x',
    ]) {
      const { status, headers } = await preflight(url(), path, OURS, 'PUT');
      expect([status, corsOf(headers)], path).toEqual([404, {}]);
    }
    const { headers } = await preflight(url(), '/auth/ticket', OURS, 'POST');
    expect(headers['access-control-allow-headers']).not.toContain('x-api-key');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('of another one gets no leave for itself, and cannot read what is answered', async () => {
    for (const origin of FOREIGN) {
      for (const [method, path] of ASKED) {
        const { status, headers } = await preflight(url(), path, origin, method);
        expect([status, corsOf(headers)], `${origin} ${path}`).toEqual([403, { vary: 'Origin' }]);
      }
      const { headers } = await request(url()).post('/auth/ticket').set('origin', origin).send({});
      expect(corsOf(headers)).toEqual({ vary: 'Origin' });
    }
    expect(corsOf((await request(url()).post('/auth/ticket').send({})).headers)).toEqual({ vary: 'Origin' });
  });
});

it('any page may ask where any may connect, because MINIM_ALLOWED_ORIGINS is not set; OPTIONS of no page is as before', async () => {
  const { url } = await startServerForTest({ env: TOKEN_MODE });
  const { headers } = await preflight(url, '/auth/ticket', 'https://anybody.example', 'POST').expect(204);
  expect(corsOf(headers)).toMatchObject({ 'access-control-allow-origin': '*', 'access-control-allow-methods': 'POST' });
  expect(headers.vary).toBeUndefined();
  const answer = await request(url).post('/auth/ticket').set('origin', 'https://anybody.example').send({}).expect(401);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  await request(url).options('/auth/ticket').expect(404);
});
