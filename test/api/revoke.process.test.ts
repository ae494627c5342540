import request from 'supertest';
import { expect, it } from 'vitest';
import { describeNode, type Node } from '../support/node-suite.js';
import { secondsFromNow, TOKEN_MODE, tokenOf } from '../support/tokens.js';

const ADMIN = 'admin-key-of-the-tests-0123456xyz';
const SENDER = 'sender-key-of-the-tests-0123456789';

const revoke = (node: Node, key: string, body: object) =>
  request(node.server.url).post('/auth/revoke').set('x-api-key', key).send(body);

describeNode(
  'POST /auth/revoke',
  (node) => {
    it('[MP-1.21] closes the user’s sessions before it is answered, refuses the old tokens, and takes new ones', async () => {
      const old = await tokenOf('A', { iat: secondsFromNow(-5) });
      const [phone, other] = [await node.open(`A?token=${old}`), await node.open(`B?token=${await tokenOf('B')}`)];
      expect(await phone.ask('ping')).toEqual({ type: 'pong' });
      const { status, body } = await revoke(node, ADMIN, { userId: 'A', notBefore: Date.now() - 2_000 });
      expect({ status, body }).toEqual({ status: 200, body: { userId: 'A', notBefore: expect.any(Number) } });
      // A session that still lived would have a pong before its end.
      phone.send('ping');
      expect(await phone.next()).toMatchObject({ type: 'error', code: 'token_revoked' });
      expect(await phone.ended).toEqual({ code: 4501, reason: 'token_revoked' });
      expect(await (await node.open(`A?token=${old}`)).ended).toEqual({ code: 4501, reason: 'unauthorized' });
      expect(await (await node.open(`A?token=${await tokenOf('A')}`)).ask('ping')).toEqual({ type: 'pong' });
      expect(await other.ask('ping')).toEqual({ type: 'pong' });
    });

    it('has no ticket given for a token that was revoked', async () => {
      const ask = (token: string) =>
        request(node.server.url).post('/auth/ticket').set('authorization', `Bearer ${token}`).send();
      const old = await tokenOf('C', { iat: secondsFromNow(-5) });
      await ask(old).expect(200);
      await revoke(node, ADMIN, { userId: 'C', notBefore: Date.now() - 2_000 }).expect(200);
      expect((await ask(old).expect(401)).body.message).toBe('the token was revoked');
      await ask(await tokenOf('C')).expect(200);
    });

    it('asks for a key of scope admin and a user id', async () => {
      expect((await revoke(node, SENDER, { userId: 'A' })).status).toBe(403);
      expect((await revoke(node, 'guessed-key-of-nobody-0123456789', { userId: 'A' })).status).toBe(401);
      expect((await revoke(node, ADMIN, { userId: 'no spaces' })).status).toBe(400);
      expect((await revoke(node, ADMIN, { userId: 'A', notBefore: 'now' })).status).toBe(400);
    });

    it('believes none of an API key guessed a thousand times', async () => {
      for (let i = 0; i < 1_000; i += 50) {
        const guesses = Array.from({ length: 50 }, (_each, j) =>
          revoke(node, `${ADMIN.slice(0, -3)}${String(i + j).padStart(3, '0')}`, { userId: 'A' }),
        );
        for (const { status } of await Promise.all(guesses)) expect(status).toBe(401);
      }
    });
  },
  { ...TOKEN_MODE, MINIM_API_KEYS: `ops:admin:${ADMIN},shop:send:${SENDER}` },
);
