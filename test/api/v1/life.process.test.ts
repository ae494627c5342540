import { describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';
import { startServerForTest } from '../../support/server.js';

const node = apiNode();
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

async function life(messageId: unknown) {
  const { body } = await node.ask('get', `/api/v1/messages/${messageId}/life`);
  return { ...body, why: body.why.replaceAll(TIME, 'T') };
}

async function send(toUserId: string, id: string, fields: object = {}): Promise<string> {
  const { body } = await node.ask('put', `/api/v1/messages/${id}`, { toUserId, message: 'secret', ...fields });
  return body.messageId;
}

describe('GET /api/v1/messages/{id}/life tells', () => {
  it('that nobody was ever there, then what was pushed to whom, then who has it and who has read it', async () => {
    const messageId = await send('B1', 'l1');
    const unseen = await life(messageId);
    expect(unseen).toMatchObject({ kind: 'message', state: 'kept', online: false, devices: [], pushes: [] });
    const stored = `stored at T as number 1 of B1's inbox (seq 1)`;
    expect(unseen.why).toBe(`${stored}; B1 has no device online; no device of B1 was ever here`);

    const web = await node.open('B1', '&device=web');
    expect(await web.next()).toMatchObject({ messageId });
    await expect.poll(async () => (await life(messageId)).devices).toHaveLength(1);
    const pushed = await life(messageId);
    expect(pushed.why).toBe(`${stored}; pushed to web at T, never confirmed`);
    expect(pushed).toMatchObject({
      online: true,
      pushes: [{ userId: 'B1', device: 'web', at: expect.any(Number) }],
      sessions: [{ device: 'web', full: true, current: true, written: 1, bufferedBytes: 0 }],
      devices: [{ deviceId: 'web', cursor: 0, has: false }],
    });
    expect(pushed.pushes[0].at).toBeGreaterThanOrEqual(pushed.sentAt);
    expect(JSON.stringify(pushed)).not.toContain('secret');

    await web.leave();
    await expect.poll(async () => (await life(messageId)).why).toMatch(/^[^;]*; pushed to web at T, never confirmed, /);
    await expect.poll(async () => (await life(messageId)).online).toBe(false);
    const gone = await life(messageId);
    expect(gone.pushes).toMatchObject([{ endCode: 1000, endedAt: expect.any(Number) }]);
    expect(gone.why).toBe(
      `${stored}; pushed to web at T, never confirmed, its session ended with 1000 at T; B1 has no device online; device web is at 0`,
    );

    const phone = await node.open('B1', '&device=phone&cursor=0');
    await phone.next();
    phone.send({ type: 'received', cursor: 1 });
    // The reader of the store may have it before the trace does.
    await expect
      .poll(async () => (await life(messageId)).why)
      .toBe(`${stored}; device phone (confirmed at T) has it, device web is at 0`);
    const confirmed = await life(messageId);
    expect(confirmed.delivered).toBe(true);
    expect(confirmed.devices).toMatchObject([
      { deviceId: 'phone', has: true, confirmedAt: expect.any(Number) },
      { deviceId: 'web', has: false },
    ]);
    phone.send({ type: 'read', peerId: '@shop', seq: 1 });
    await expect.poll(async () => (await life(messageId)).why).toContain('; B1 has read it; ');
  });

  it('what was answered over HTTP, what the sender took back, and what ran out', async () => {
    const messageId = await send('B2', 'l2');
    await node.ask('get', '/api/v1/users/B2/inbox?cursor=0&device=poller');
    expect((await life(messageId)).why).toContain('answered over HTTP to poller at T, never confirmed');
    await node.ask('delete', `/api/v1/messages/${messageId}`);
    expect(await life(messageId)).toMatchObject({ state: 'recalled', recalledAt: expect.any(Number) });
    expect((await life(messageId)).why).toContain('; recalled at T; ');
    const passing = await send('B2', 'l3', { ttlS: 0 });
    expect(await life(passing)).toMatchObject({
      state: 'expired',
      why: expect.stringContaining('its time ran out at T'),
    });
  });

  it('how many were there when something was said to a room or to everyone', async () => {
    const inRoom = await node.ask('put', '/api/v1/rooms/l-hall/messages/r1', { message: 'secret' });
    expect(await life(inRoom.body.messageId)).toMatchObject({
      kind: 'room',
      room: 'l-hall',
      published: [],
      why: 'stored at T as message 1 of the room "l-hall"; published to nobody on this node: no session was there',
    });
    const member = await node.open('C3');
    await member.ask({ type: 'join', room: 'l-hall' });
    const said = await member.ask({ type: 'message', id: 'r2', room: 'l-hall', message: 'secret' });
    expect((await life(said.messageId)).why).toBe(
      'stored at T as message 2 of the room "l-hall"; published at T to 1 session of this node',
    );
    const all = await node.ask('put', '/api/v1/broadcasts/l4', { message: 'secret' });
    const broadcast = await life(all.body.messageId);
    expect(broadcast).toMatchObject({ kind: 'broadcast', published: [{ sessions: expect.any(Number) }] });
    expect(broadcast.why).toMatch(/ as broadcast \d+, to everyone; published at T to \d+ sessions? of this node$/);
  });

  it('why there is no such message, and nothing to a key without the scope', async () => {
    const none = async (messageId: string) => {
      const { status, body } = await node.ask('get', `/api/v1/messages/${encodeURIComponent(messageId)}/life`);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
      return body.detail;
    };
    const [epoch] = (await send('B4', 'l5')).split('-');
    expect(await none('order-17-paid')).toContain('it is no messageId of this server');
    expect(await none('0123456789-1')).toContain(`it is of another store`);
    expect(await none(`${epoch}-zzzz`)).toContain('never given, or older than MINIM_RETENTION_DAYS');
    const { status } = await node.ask('get', '/api/v1/messages/0123456789-1/life', undefined, KEYS.eye);
    expect(status).toBe(403);
  });

  it('that nothing is traced where it is turned off', async () => {
    const env = { MINIM_TRACE_EVENTS: '0', MINIM_API_KEYS: `ops:send+admin:${KEYS.shop}` };
    const server = await startServerForTest({ env });
    const asked = (path: string, init: object = {}) =>
      fetch(`${server.url}/api/v1/messages/${path}`, {
        headers: { 'x-api-key': KEYS.shop, 'content-type': 'application/json' },
        ...init,
      }).then((answer) => answer.json());
    const { messageId } = await asked('m1', { method: 'PUT', body: '{"toUserId":"B","message":"x"}' });
    const untraced = await asked(`${messageId}/life`);
    expect(untraced.why).toMatch(/; pushes are not traced \(MINIM_TRACE_EVENTS=0\)$/);
    expect(untraced).not.toHaveProperty('tracedSince');
  });
});
