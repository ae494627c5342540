import request from 'supertest';
import { expect, it } from 'vitest';
import { keyPair } from '../support/key-sets.js';
import { describeNode, type Node } from '../support/node-suite.js';
import { SECRET, signToken } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const ADMIN = 'admin-key-of-the-tests-0123456789';
const READER = 'reader-key-of-the-tests-0123456789';

let addresses = 0;

/** From an address of its own, unless it says from which. */
const post = (node: Node, headers: Record<string, string>, body?: object) => {
  addresses += 1;
  return request(node.server.url)
    .post('/auth/ticket')
    .set({ 'x-forwarded-for': `198.51.100.${addresses}`, ...headers })
    .send(body as object);
};

const ENV = {
  MINIM_AUTH: 'token',
  MINIM_JWT_SECRET: SECRET,
  MINIM_API_KEYS: `shop:admin+send:${ADMIN},bell:read:${READER}`,
  MINIM_TOKEN_TTL_S: '600',
};

describeNode(
  'POST /auth/ticket',
  (node) => {
    const enter = (userId: string, ticket: string) =>
      WsClient.open(`${node.server.ws}/websocket/${userId}?ticket=${ticket}`);

    it('gives the holder of a token a ticket for the same user, good once', async () => {
      const { body, headers } = await post(node, { authorization: `Bearer ${await signToken({ sub: 'A' })}` });
      expect(body).toEqual({ ticket: expect.any(String), userId: 'A', expiresAt: expect.any(Number) });
      expect(body.expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
      expect(body.expiresAt - Date.now()).toBeGreaterThan(50_000);
      expect(headers['cache-control']).toBe('no-store');
      const client = await enter('A', body.ticket);
      client.send('ping');
      expect(await client.next()).toEqual({ type: 'pong' });
      const replayed = await enter('A', body.ticket);
      expect(await replayed.ended).toMatchObject({ code: 4501 });
    });

    it('gives no ticket that another user could use', async () => {
      const { body } = await post(node, { authorization: `Bearer ${await signToken({ sub: 'A' })}` });
      expect(await (await enter('B', body.ticket)).ended).toMatchObject({ code: 4501 });
    });

    it('gives a ticket that carries the roles of the token', async () => {
      const ask = async (roles?: string[]) => {
        const token = await signToken({ sub: 'C', ...(roles && { roles }) });
        return (await post(node, { authorization: `Bearer ${token}` }).expect(200)).body.ticket;
      };
      const may = await enter('C', await ask(['broadcast']));
      may.send({ type: 'broadcast', id: 'b1', message: 'hello' });
      expect(await may.nextText()).toMatch(/^{"type":"(ack|broadcast)"/);
      const mayNot = await enter('C', await ask());
      mayNot.send({ type: 'broadcast', id: 'b2', message: 'hello' });
      expect(await mayNot.next()).toMatchObject({ type: 'error', id: 'b2', code: 'forbidden' });
    });

    it('gives a server with an admin key a ticket for the user it names, without roles', async () => {
      const { body } = await post(node, { 'x-api-key': ADMIN }, { userId: 'D' }).expect(200);
      expect(body).toEqual({ ticket: expect.any(String), userId: 'D', expiresAt: expect.any(Number) });
      const client = await enter('D', body.ticket);
      client.send({ type: 'broadcast', id: 'b1', message: 'hello' });
      expect(await client.next()).toMatchObject({ type: 'error', code: 'forbidden' });
    });

    it('does not let the holder of a token choose another user', async () => {
      const token = await signToken({ sub: 'A' });
      const { body } = await post(node, { authorization: `Bearer ${token}` }, { userId: 'B' }).expect(200);
      expect(body.userId).toBe('A');
    });

    it.each([
      ['nothing', {}, 401, /expected a token/],
      ['another scheme', { authorization: 'Basic YTpi' }, 401, /expected a token/],
      ['a key that is not known', { 'x-api-key': `${ADMIN}0` }, 401, 'the API key is not known'],
      ['an empty key', { 'x-api-key': '' }, 401, 'the API key is not known'],
      ['a key in place of a token', { authorization: `Bearer ${ADMIN}` }, 401, /not signed by a key/],
      ['a key without the scope', { 'x-api-key': READER }, 403, 'the API key bell has no scope admin; it has read'],
      ['both', { 'x-api-key': ADMIN, authorization: 'Bearer x' }, 400, /got both/],
    ])('refuses %s', async (_what, headers, status, message) => {
      const answer = await post(node, headers, { userId: 'A' }).expect(status);
      expect(answer.body).toEqual({
        statusCode: status,
        error: expect.any(String),
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      });
      expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
      expect(answer.text).not.toContain(ADMIN);
    });

    it.each([[undefined], [{}], [{ userId: '' }], [{ userId: 'a b' }], [{ userId: 7 }], [{ userId: null }], [['A']]])(
      'refuses a key with the body %j',
      async (body) => {
        const answer = await post(node, { 'x-api-key': ADMIN }, body);
        expect(answer.body).toEqual({
          statusCode: 400,
          error: 'Bad Request',
          message: expect.stringMatching(/userId/),
        });
      },
    );

    it('refuses a token that has run out', async () => {
      const token = await signToken({ sub: 'A', exp: 1_000 });
      const { body } = await post(node, { authorization: `Bearer ${token}` }).expect(401);
      expect(body.message).toBe('the token has run out');
    });

    it('writes neither tokens, nor keys, nor tickets to the log', async () => {
      const token = await signToken({ sub: 'E' });
      const { body } = await post(node, { authorization: `Bearer ${token}` }).expect(200);
      await (await enter('E', body.ticket)).leave();
      const log = node.server.log();
      expect(log).toContain('listening');
      for (const secret of [body.ticket, 'eyJ', ADMIN, READER, SECRET]) expect(log).not.toContain(secret);
    });

    it('is shut for an address after so many guesses, and for no other', async () => {
      const guess = (key: string, from: string) =>
        post(node, { 'x-api-key': key, 'x-forwarded-for': from }, { userId: 'A' });
      for (let i = 0; i < 5; i += 1) await guess(`guess ${i}`, '203.0.113.1').expect(401);
      const { body, headers } = await guess(ADMIN, '203.0.113.1').expect(429);
      expect(headers['retry-after']).toBe('60');
      expect(body).toEqual({
        statusCode: 429,
        error: 'Too Many Requests',
        message: 'too much that was shown from this address was not believed; try again in 60 s',
      });
      await guess(ADMIN, '203.0.113.2').expect(200);
      // What stands before the last hop was said by somebody whom nobody vouches for.
      await guess(ADMIN, '203.0.113.3, 203.0.113.1').expect(429);
    });
  },
  { ...ENV, MINIM_FAILED_LOGINS_PER_MINUTE: '5', MINIM_TRUSTED_PROXIES: '127.0.0.1', LOG_LEVEL: 'trace' },
);

describeNode(
  'POST /auth/ticket, while the public keys cannot be fetched',
  (node) => {
    it('says so, and does not count it as a failure of the caller', async () => {
      const { privateKey } = await keyPair('ES256');
      const token = await signToken({ sub: 'A' }, privateKey, { alg: 'ES256', kid: 'key-ES256' });
      for (let i = 0; i < 3; i += 1) {
        const { body, headers } = await post(node, { authorization: `Bearer ${token}` }).expect(503);
        expect(headers['retry-after']).toBe('5');
        expect(body).toEqual({
          statusCode: 503,
          error: 'Service Unavailable',
          message: 'the keys of the tokens could not be fetched; try again in 5 s',
        });
      }
      expect(node.server.log()).toContain('"level":"error"');
      expect(node.server.log()).not.toContain('eyJ');
    });
  },
  // The discard port: nobody listens there.
  { MINIM_AUTH: 'token', MINIM_JWKS: 'http://127.0.0.1:9/keys', MINIM_FAILED_LOGINS_PER_MINUTE: '1' },
  ['uws'],
);

describeNode(
  'POST /auth/ticket without MINIM_AUTH=token',
  (node) => {
    it('is not there, and says why', async () => {
      const { body } = await post(node, {}).expect(404);
      expect(body.message).toBe('no ticket is needed here: anyone connects as anyone (MINIM_AUTH=open)');
    });
  },
  {},
  ['uws'],
);
