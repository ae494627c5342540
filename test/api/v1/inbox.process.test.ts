import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { apiNode, expectDocumented, KEYS } from '../../support/api-node.js';
import { secondsFromNow, TOKEN_MODE, tokenOf } from '../../support/tokens.js';
import { ANY_TRANSPORT } from '../../support/transports.js';
import { WsClient } from '../../support/ws-client.js';

describe.each(ANY_TRANSPORT)('over %s', (transport) => {
  const node = apiNode({ ...TOKEN_MODE, MINIM_TRANSPORT: transport });

  const asked = async (asking: request.Test, method: 'get' | 'put', path: string) => {
    const { status, headers, body } = await asking;
    const operation = node.api.operationAt(method, path.replace(/\?.*$/, ''));
    expectDocumented(node.api, operation, { status, headers, body });
    return { status, body };
  };
  const poll = (path: string, token: string) => {
    const asking = request(node.server.url).get(`/api/v1/users/${path}`).set('authorization', `Bearer ${token}`);
    return asked(asking, 'get', `/api/v1/users/${path}`);
  };
  const put = (path: string, token: string, body: object) => {
    const asking = request(node.server.url).put(`/api/v1/users/${path}`).set('authorization', `Bearer ${token}`);
    return asked(asking.send(body), 'put', `/api/v1/users/${path}`);
  };
  const waiting = async () => {
    const { text } = await request(node.server.url).get('/metrics').set('x-api-key', KEYS.shop).expect(200);
    return Number(/^minim_inbox_polls (\d+)$/m.exec(text)?.[1]);
  };
  const send = (toUserId: string, id: string) =>
    node.ask('put', `/api/v1/messages/${id}`, { fromUserId: 'shop', toUserId, message: { id } });
  const open = async (userId: string) => {
    const session = await WsClient.open(`${node.server.ws}/websocket/${userId}?v=1&token=${await tokenOf(userId)}`, {
      ignored: 'synced',
    });
    await session.next();
    return session;
  };

  describe('GET /api/v1/users/{userId}/inbox answers', () => {
    it('at once with what is there, in the frames of a session, from the cursor on', async () => {
      const token = await tokenOf('A1');
      for (const n of [1, 2, 3]) await send('A1', `a${n}`);
      const phone = await WsClient.open(`${node.server.ws}/websocket/A1?v=1&cursor=0&token=${token}`);
      const [welcome, ...frames] = await phone.nextOnes(4);
      const { body } = await poll('A1/inbox?cursor=0', token);
      expect(body).toEqual({ epoch: welcome?.epoch, head: 3, cursor: 3, frames });
      expect((await poll('A1/inbox?cursor=2&wait=25', token)).body.frames).toEqual(frames.slice(2));
      expect((await poll('A1/inbox?cursor=3', token)).body).toEqual({ ...body, frames: [] });
      expect((await poll(`A1/inbox?cursor=0&epoch=${body.epoch}`, token)).body).toEqual(body);
      expect((await node.ask('get', '/api/v1/users/A1/inbox?cursor=0')).body).toEqual(body);
    });

    it('as soon as something comes', async () => {
      const token = await tokenOf('A2');
      const polls = [poll('A2/inbox?cursor=0&wait=25', token), poll('A2/inbox?cursor=0&wait=25', token)];
      await expect.poll(waiting).toBe(2);
      await send('A2', 'soon');
      for (const { body } of await Promise.all(polls)) {
        expect(body).toMatchObject({ head: 1, cursor: 1, frames: [{ type: 'message', message: { id: 'soon' } }] });
      }
      await expect.poll(waiting).toBe(0);
    });

    it('with nothing when nothing came in time', async () => {
      const { body } = await poll('A3/inbox?cursor=0&wait=1', await tokenOf('A3'));
      expect(body).toMatchObject({ head: 0, cursor: 0, frames: [] });
    });

    it('[MP-3.9] with what was recalled, and [MP-3.10] `toolong` where it cannot go on', async () => {
      const token = await tokenOf('A4');
      const { body: sent } = await send('A4', 'back');
      await node.ask('delete', `/api/v1/messages/${sent.messageId}`);
      expect((await poll('A4/inbox?cursor=0', token)).body.frames).toMatchObject([
        { type: 'recalled', cursor: 1, messageId: sent.messageId },
        { type: 'recalled', cursor: 2, messageId: sent.messageId },
      ]);
      for (const beyond of ['cursor=7&wait=25', 'cursor=7&epoch=another']) {
        const { body } = await poll(`A4/inbox?${beyond}`, token);
        expect(body).toMatchObject({ cursor: 2, frames: [{ type: 'toolong', from: 8, floor: 0, head: 2 }] });
      }
    });

    it('[MP-3.8] and remembers the cursor of a device, of which senders are told', async () => {
      const [token, sender] = [await tokenOf('A5'), await open('B5')];
      await sender.ask({ type: 'message', id: '1', toUserId: 'A5', message: 'x' });
      await sender.ask({ type: 'message', id: '2', toUserId: 'A5', message: 'y' });
      expect((await poll('A5/inbox?device=phone', token)).body).toMatchObject({ cursor: 2, frames: [{}, {}] });
      await poll('A5/inbox?device=phone&cursor=1', token);
      expect(await sender.next()).toEqual({ type: 'receipt', peerId: 'A5', delivered: 1 });
      expect((await poll('A5/inbox?device=phone', token)).body.frames).toMatchObject([{ cursor: 2 }]);
      expect((await poll('A5/inbox', token)).body.frames).toMatchObject([{ cursor: 2 }]);
    });

    it('nobody who has gone: that poll is forgotten at once', async () => {
      const token = await tokenOf('A6');
      const leaving = new AbortController();
      const gone = fetch(`${node.server.url}/api/v1/users/A6/inbox?cursor=0&wait=25`, {
        headers: { authorization: `Bearer ${token}` },
        signal: leaving.signal,
      }).catch((error: Error) => error.name);
      await expect.poll(waiting).toBe(1);
      leaving.abort();
      expect(await gone).toBe('AbortError');
      await expect.poll(waiting).toBe(0);
    });

    it('the oldest of a user’s polls when one too many waits', async () => {
      const token = await tokenOf('A7');
      const oldest = poll('A7/inbox?cursor=0&wait=25', token);
      await expect.poll(waiting).toBe(1);
      const others = Array.from({ length: 4 }, () => poll('A7/inbox?cursor=0&wait=25', token));
      expect((await oldest).body).toMatchObject({ frames: [] });
      await send('A7', 'all');
      for (const { body } of await Promise.all(others)) expect(body.frames).toHaveLength(1);
    });

    it('who shows a ticket, once', async () => {
      const { body } = await request(node.server.url)
        .post('/auth/ticket')
        .set('authorization', `Bearer ${await tokenOf('A8')}`);
      const path = `/api/v1/users/A8/inbox?cursor=0&ticket=${body.ticket}`;
      expect((await asked(request(node.server.url).get(path), 'get', path)).status).toBe(200);
      expect((await asked(request(node.server.url).get(path), 'get', path)).status).toBe(401);
    });

    it('nobody else, and nothing out of bounds', async () => {
      const token = await tokenOf('A9');
      expect(await poll('B9/inbox?cursor=0', token)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect((await poll('A9/inbox', await tokenOf('A9', { exp: secondsFromNow(-100) }))).status).toBe(401);
      expect((await node.ask('get', '/api/v1/users/A9/inbox', undefined, KEYS.bell)).status).toBe(403);
      expect((await node.ask('get', '/api/v1/users/A9/inbox?device=phone', undefined, KEYS.eye)).status).toBe(403);
      expect((await node.ask('get', '/api/v1/users/A9/inbox?device=phone')).status).toBe(200);
      const both = request(node.server.url).get('/api/v1/users/A9/inbox').set('x-api-key', KEYS.eye);
      expect((await both.set('authorization', `Bearer ${token}`)).status).toBe(400);
      for (const wrong of ['wait=26', 'cursor=-1', 'device=a%20b', 'cursor=1&cursor=2']) {
        expect((await poll(`A9/inbox?${wrong}`, token)).status, wrong).toBe(400);
      }
    });
  });

  describe('PUT /api/v1/users/{userId}/outbox/{id} sends as the user', () => {
    it('who shows a token, once, with the ids of his sessions', async () => {
      const [token, other] = [await tokenOf('A10'), await open('B10')];
      const sent = await put('A10/outbox/m1', token, { toUserId: 'B10', message: 'hello' });
      expect(sent).toMatchObject({ status: 201, body: { seq: 1, cursor: 1, online: true } });
      expect(await other.next()).toMatchObject({ type: 'message', fromUserId: 'A10', message: 'hello' });
      expect(await put('A10/outbox/m1', token, { toUserId: 'B10', message: 'hello' })).toMatchObject({
        status: 200,
        body: { duplicate: true },
      });
      expect((await put('A10/outbox/m1', token, { toUserId: 'B10', message: 'other' })).status).toBe(409);
      const phone = await open('A10');
      expect(await phone.next()).toMatchObject({ type: 'message', id: 'm1' });
      const repeated = await phone.ask({ type: 'message', id: 'm1', toUserId: 'B10', message: 'hello' });
      expect(repeated).toMatchObject({ type: 'ack', seq: 1, duplicate: true });
      expect((await put('A10/outbox/m2', token, { toUserId: 'B10', message: 'x', ephemeral: true })).status).toBe(202);
      const byKey = await node.ask('put', '/api/v1/users/A10/outbox/m3', { toUserId: 'B10', message: 'x' }, KEYS.bell);
      expect(byKey).toMatchObject({ status: 201, body: { seq: 2 } });
    });

    it('but not as somebody else, in a field of the body either, or with what is nothing', async () => {
      const token = await tokenOf('A11');
      expect((await put('B11/outbox/m1', token, { toUserId: 'C11', message: 'x' })).status).toBe(403);
      await put('A11/outbox/m1', token, { fromUserId: 'B11', toUserId: 'C11', message: 'x' });
      const { body } = await node.ask('get', '/api/v1/users/C11/conversations');
      expect(body.items).toMatchObject([{ peerId: 'A11' }]);
      expect((await put('A11/outbox/m2', token, { toUserId: 'C11' })).body.errors).toMatchObject([
        { field: 'message' },
      ]);
      const reader = await node.ask('put', '/api/v1/users/A11/outbox/m2', { toUserId: 'C11', message: 'x' }, KEYS.eye);
      expect(reader.status).toBe(403);
      const ofKey = await node.ask('put', '/api/v1/users/@bell/outbox/m2', { toUserId: 'C11', message: 'x' });
      expect(ofKey.status).toBe(403);
    });
  });

  describe('POST /api/v1/users/{userId}/revoke-tokens makes', () => {
    it('[MP-1.21] tokens worthless, over HTTP too, and ends the sessions that came with them', async () => {
      const revoke = (userId: string, body: object | undefined, key?: string) =>
        node.ask('post', `/api/v1/users/${userId}/revoke-tokens`, body, key);
      const old = await tokenOf('A12', { iat: secondsFromNow(-5) });
      const phone = await WsClient.open(`${node.server.ws}/websocket/A12?token=${old}`);
      expect(await phone.ask('ping')).toEqual({ type: 'pong' });
      const notBefore = Date.now() - 2_000;
      expect((await revoke('A12', { notBefore })).body).toEqual({ userId: 'A12', notBefore });
      expect(await phone.ended).toEqual({ code: 4501, reason: 'token_revoked' });
      expect((await poll('A12/inbox', old)).status).toBe(401);
      expect((await poll('A12/inbox', await tokenOf('A12'))).status).toBe(200);
      expect((await revoke('A12', undefined)).body.notBefore).toBeGreaterThan(notBefore);
      expect((await revoke('no%20spaces', {})).status).toBe(400);
      expect((await revoke('A12', { notBefore: 'now' })).body.errors).toMatchObject([{ field: 'notBefore' }]);
      expect((await revoke('A12', {}, KEYS.eye)).status).toBe(403);
    });
  });

  it('DELETE /api/v1/users/{userId} makes the tokens of who is erased worthless', async () => {
    const old = await tokenOf('A13', { iat: secondsFromNow(-5) });
    expect((await poll('A13/inbox', old)).status).toBe(200);
    expect((await node.ask('delete', '/api/v1/users/A13')).body).toEqual({ userId: 'A13', erased: true });
    expect((await poll('A13/inbox', old)).status).toBe(401);
  });
});
