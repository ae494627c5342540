import { describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';

// Nothing here is about rates.
const node = apiNode({
  MINIM_FRAMES_PER_S: '0',
  MINIM_BYTES_PER_S: '0',
  MINIM_REQUESTS_PER_S_PER_ADDRESS: '0',
});

const NUMBERS = { messageId: expect.any(String), seq: expect.any(Number), sentAt: expect.any(Number) };
const put = (id: string, body: object | string, key?: string) => node.ask('put', `/api/v1/messages/${id}`, body, key);

describe('PUT /api/v1/messages/{id} sends a message', () => {
  it('that is stored, delivered as from the key’s own user, and says whether anybody is there', async () => {
    const away = await put('first', { toUserId: 'B1', message: { order: 17 } });
    expect(away).toMatchObject({
      status: 201,
      body: { ...NUMBERS, seq: 1, cursor: expect.any(Number), online: false },
    });
    const phone = await node.open('B1', '&device=phone');
    expect(await phone.next()).toMatchObject({
      type: 'message',
      messageId: away.body.messageId,
      fromUserId: '@shop',
      toUserId: 'B1',
      message: { order: 17 },
    });
    expect((await put('second', { toUserId: 'B1', message: 'hello' })).body).toMatchObject({ seq: 2, online: true });
    expect(await phone.next()).toMatchObject({ type: 'message', seq: 2, message: 'hello' });
  });

  it('once: the same again has the first answer, anything else under that id is declined', async () => {
    const first = await put('once', { toUserId: 'B2', message: { a: 1, b: [2] } });
    const again = await put('once', { toUserId: 'B2', message: { b: [2], a: 1 } });
    expect(again).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } });
    const others = [
      { toUserId: 'B2', message: { a: 1 } },
      { toUserId: 'C2', message: { a: 1, b: [2] } },
    ];
    for (const other of others) {
      expect(await put('once', other)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    }
    expect((await put('once', { toUserId: 'B2', message: { a: 1, b: [2] } }, KEYS.bell)).status).toBe(201);
  });

  it('with ids that are those of the user’s own sends on a WebSocket', async () => {
    const phone = await node.open('A3');
    const byHttp = await put('h1', { fromUserId: 'A3', toUserId: 'B3', message: 'one' });
    expect(await phone.next()).toMatchObject({ type: 'message', id: 'h1', cursor: byHttp.body.cursor, message: 'one' });
    const repeated = await phone.ask({ type: 'message', id: 'h1', toUserId: 'B3', message: 'one' });
    const { messageId, seq, sentAt } = byHttp.body;
    expect(repeated).toMatchObject({ type: 'ack', id: 'h1', messageId, seq, sentAt, duplicate: true });
    const ack = await phone.ask({ type: 'message', id: 's1', toUserId: 'B3', message: 'two' });
    const again = await put('s1', { fromUserId: 'A3', toUserId: 'B3', message: 'two' });
    expect(again).toMatchObject({ status: 200, body: { messageId: ack.messageId, seq: ack.seq, duplicate: true } });
    const other = await put('s1', { fromUserId: 'A3', toUserId: 'B3', message: 'three' });
    expect(other.status).toBe(409);
  });

  it('for who is online alone, if it is ephemeral', async () => {
    const nobody = await put('e1', { toUserId: 'B4', message: 'hello', ephemeral: true });
    expect(nobody).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const phone = await node.open('B4');
    const there = await put('e1', { toUserId: 'B4', message: 'hello', ephemeral: true });
    expect(there).toMatchObject({ status: 202, body: { delivered: 1, online: true } });
    expect(await phone.next()).toMatchObject({ type: 'message', ephemeral: true, fromUserId: '@shop' });
  });

  it('whose content arrives as it was sent, with __proto__ keys in it', async () => {
    const phone = await node.open('B5');
    await put('p1', '{"toUserId":"B5","message":{"__proto__":{"admin":true},"constructor":{"prototype":1}}}');
    expect(await phone.nextText()).toContain('{"__proto__":{"admin":true},"constructor":{"prototype":1}}');
    const { status, body } = await put('p2', '{"__proto__":{"toUserId":"B5","message":"x"}}');
    expect({ status, fields: body.errors.map(({ field }: { field: string }) => field).sort() }).toEqual({
      status: 400,
      fields: ['message', 'toUserId'],
    });
  });

  it('that its recipient may refuse, and that no key can send as another one', async () => {
    const phone = await node.open('B6');
    await phone.ask({ type: 'block', id: 'k', userId: '@bell' });
    const body = { toUserId: 'B6', message: 'hello' };
    expect(await put('b1', body, KEYS.bell)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await put('b1', body)).status).toBe(201);
    const forged = await put('b2', { ...body, fromUserId: '@bell' });
    expect(forged).toMatchObject({ status: 403, body: { detail: expect.stringContaining('"@shop"') } });
    expect((await put('b2', { ...body, fromUserId: '@shop' })).status).toBe(201);
  });

  it.each([
    ['a recipient that is none', { toUserId: 'no spaces', message: 'x' }, ['toUserId']],
    ['several faults', { toUserId: 1, message: '', ttlS: -1, ephemeral: 'yes', fromUserId: '' }, 5],
    ['nothing in it', {}, ['message', 'toUserId']],
    ['null for a field', { toUserId: 'B', message: null, ttlS: null }, ['message', 'ttlS']],
    ['a message 65 levels deep', `{"toUserId":"B","message":${'['.repeat(65)}${']'.repeat(65)}}`, ['message']],
    ['50 000 levels', `{"toUserId":"B","message":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, ['message']],
    ['a list', [], undefined],
    ['a text', '"hello"', undefined],
    ['null', 'null', undefined],
    ['no JSON', '{"toUserId"', undefined],
  ])('but none for a body with %s', async (_what, given, fields) => {
    const { status, body } = await put('wrong', given);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'bad_frame' });
    const named = body.errors?.map(({ field }: { field: string }) => field).sort();
    if (typeof fields === 'number') expect(named).toHaveLength(fields);
    else expect(named).toEqual(fields);
    for (const { field, message } of body.errors ?? [])
      expect(message).toMatch(new RegExp(`^${field} must be .+, got `));
  });

  it('but none that is too large, under an id that is none, or without the scope', async () => {
    const large = await put('large', { toUserId: 'B', message: 'x'.repeat(65_536) });
    expect(large).toMatchObject({ status: 413, body: { code: 'too_large', errors: [{ field: 'message' }] } });
    const huge = await put('huge', { toUserId: 'B', message: Array.from({ length: 300_000 }, () => ({})) });
    expect(huge.status).toBe(413);
    const tooHuge = await put('huge', { toUserId: 'B', message: 'x'.repeat(1_100_000) });
    expect(tooHuge).toMatchObject({ status: 413, body: { code: 'too_large' } });
    const long = await put('x'.repeat(65), { toUserId: 'B', message: 'x' });
    expect(long).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } });
    const scopeless = await put('read-only', { toUserId: 'B', message: 'x' }, KEYS.eye);
    expect(scopeless).toMatchObject({ status: 403, body: { detail: expect.stringContaining('no scope send') } });
  });
});

describe('POST /api/v1/messages/batch sends many', () => {
  const batch = (items: unknown, key?: string) => node.ask('post', '/api/v1/messages/batch', { items } as object, key);

  it('500 of them in their order, and each is answered as if it had come alone', async () => {
    const phone = await node.open('B7');
    const item = (index: number) => ({ id: `n${index}`, toUserId: 'B7', message: `number ${index}` });
    const { status, body } = await batch(Array.from({ length: 500 }, (_, index) => item(index)));
    expect(status).toBe(207);
    expect(body.items).toHaveLength(500);
    for (const [index, answer] of body.items.entries()) {
      expect(answer).toEqual({
        status: 201,
        id: `n${index}`,
        ...NUMBERS,
        seq: index + 1,
        cursor: expect.any(Number),
        online: true,
      });
    }
    for (let index = 0; index < 500; index += 1) {
      expect(await phone.next()).toMatchObject({ message: `number ${index}`, seq: index + 1 });
    }
    expect((await batch([item(3)])).body.items).toEqual([{ ...body.items[3], status: 200, duplicate: true }]);
  });

  it('of which one that is wrong stops no other', async () => {
    await put('used', { toUserId: 'B8', message: 'first' });
    const good = { toUserId: 'B8', message: 'x' };
    const { body } = await batch([
      { id: 'g1', ...good },
      { id: 'used', ...good },
      { id: 'w1', toUserId: 'no spaces', message: '' },
      { ...good, id: '' },
      { id: 'f1', ...good, fromUserId: '@bell' },
      { id: 'l1', toUserId: 'B8', message: 'x'.repeat(65_536) },
      { id: 'e1', ...good, ephemeral: true },
      { id: 'g1', ...good },
      { id: 'g2', ...good },
    ]);
    expect(body.items.map(({ status, id }: { status: number; id?: string }) => [status, id])).toEqual([
      [201, 'g1'],
      [409, 'used'],
      [400, 'w1'],
      [400, undefined],
      [403, 'f1'],
      [413, 'l1'],
      [404, 'e1'],
      [200, 'g1'],
      [201, 'g2'],
    ]);
    expect(body.items[2].problem).toMatchObject({ code: 'bad_frame', errors: [{}, {}] });
    expect(body.items[8].seq).toBe(body.items[0].seq + 1);
  });

  it.each([
    ['none', []],
    ['501', Array.from({ length: 501 }, () => ({}))],
    ['no list', { id: 'x' }],
    ['what is no object', [1]],
    ['lists', [[]]],
    ['nothing', undefined],
  ])('but not %s', async (_what, items) => {
    const { status, body } = await batch(items);
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ field: 'items' }] });
  });

  it('but not without the scope', async () => {
    expect((await batch([{ id: 'g1', toUserId: 'B8', message: 'x' }], KEYS.eye)).status).toBe(403);
  });
});

describe('PUT /api/v1/broadcasts/{id} sends to everyone', () => {
  const broadcast = (id: string, body: object, key?: string) => node.ask('put', `/api/v1/broadcasts/${id}`, body, key);

  it('once, for keys of scope broadcast', async () => {
    const [one, other] = [await node.open('A9'), await node.open('B9')];
    const sent = await broadcast('all', { message: 'good morning' });
    expect(sent).toMatchObject({ status: 201, body: NUMBERS });
    for (const session of [one, other]) {
      const { messageId } = sent.body;
      expect(await session.next()).toMatchObject({ type: 'broadcast', messageId, fromUserId: '@shop' });
    }
    const again = await broadcast('all', { message: 'good morning' });
    expect(again).toMatchObject({ status: 200, body: { ...sent.body, duplicate: true } });
    expect((await broadcast('all', { message: 'good night' })).status).toBe(409);
    expect((await broadcast('no', { message: '' })).body.errors).toMatchObject([{ field: 'message' }]);
    expect((await broadcast('no', { message: 'x' }, KEYS.bell)).status).toBe(403);
  });
});

describe('DELETE /api/v1/messages/{id} takes a message back', () => {
  const recall = (id: string, key?: string) => node.ask('delete', `/api/v1/messages/${id}`, undefined, key);

  it('as the one who sent it, and once', async () => {
    const phone = await node.open('B10');
    const { messageId, cursor } = (await put('d1', { fromUserId: 'A10', toUserId: 'B10', message: 'oops' })).body;
    await phone.next();
    const recalled = await recall(messageId, KEYS.bell);
    expect(recalled).toMatchObject({ status: 200, body: { messageId, seq: 1, cursor: cursor + 1 } });
    expect(await phone.next()).toMatchObject({ type: 'recalled', messageId, fromUserId: 'A10' });
    expect(await recall(messageId)).toMatchObject({ status: 200, body: { ...recalled.body, duplicate: true } });
  });

  it('but none that is not there, nor one of another key', async () => {
    expect(await recall('none')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const { messageId } = (await put('d2', { toUserId: 'B10', message: 'mine' })).body;
    expect((await recall(messageId, KEYS.bell)).status).toBe(403);
    expect((await recall(messageId, KEYS.eye)).status).toBe(403);
    expect((await recall(messageId)).status).toBe(200);
  });
});

describe('GET /api/v1/messages/{id} says how far a message has come', () => {
  const status = (id: string, key = KEYS.eye) => node.ask('get', `/api/v1/messages/${id}`, undefined, key);

  it('device by device', async () => {
    const { messageId, seq, sentAt } = (await put('s1', { toUserId: 'B11', message: 'hello' })).body;
    const sent = { messageId, seq, sentAt, fromUserId: '@shop', toUserId: 'B11', recalled: false };
    expect((await status(messageId)).body).toEqual({ ...sent, delivered: false, read: false, devices: [] });
    const phone = await node.open('B11', '&device=phone');
    expect(await phone.next()).toMatchObject({ messageId, cursor: 1 });
    const history = { type: 'history', id: 'h', peerId: '@shop' };
    phone.send({ type: 'received', cursor: 1 });
    phone.send({ type: 'read', peerId: '@shop', seq });
    await expect.poll(async () => (await phone.ask(history)).ownRead).toBe(seq);
    await expect
      .poll(async () => (await status(messageId)).body)
      .toEqual({
        ...sent,
        delivered: true,
        read: true,
        devices: [{ deviceId: 'phone', delivered: true, seenAt: expect.any(Number) }],
      });
    await node.ask('delete', `/api/v1/messages/${messageId}`);
    expect((await status(messageId)).body).toMatchObject({ recalled: true });
  });

  it('but of none that is not there, or is to everyone, and not without the scope', async () => {
    expect(await status('none')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const { messageId } = (await node.ask('put', '/api/v1/broadcasts/s2', { message: 'x' })).body;
    expect((await status(messageId)).status).toBe(404);
    expect((await status(messageId, KEYS.bell)).status).toBe(403);
  });
});
