import request from 'supertest';
import { expect, it } from 'vitest';
import { HookReceiver, status } from '../../support/hook-receiver.js';
import { startServerForTest } from '../../support/server.js';
import { WsClient } from '../../support/ws-client.js';

const ADMIN = 'admin-key-of-the-tests-0123456789';
const SENDER = 'sender-key-of-the-tests-0123456789';

it('GET /api/v1/hooks/dead lists what the hook declined, page by page, and POST /api/v1/hooks/dead/replay has it told again in order', async () => {
  const receiver = await HookReceiver.start(status(400));
  const env = { ...receiver.env, MINIM_API_KEYS: `ops:admin:${ADMIN},shop:send:${SENDER}` };
  const server = await startServerForTest({ env });
  const dead = (query = '', key = ADMIN) => request(server.url).get(`/api/v1/hooks/dead${query}`).set('x-api-key', key);
  const replay = (key = ADMIN) => request(server.url).post('/api/v1/hooks/dead/replay').set('x-api-key', key);
  expect((await dead().expect(200)).body).toEqual({ events: [] });
  const a = await WsClient.open(`${server.ws}/websocket/A`);
  await receiver.until('user.online', 1);
  const acks = [];
  for (const message of ['one', { two: 2 }]) acks.push(await a.ask({ id: `${acks.length}`, toUserId: 'B', message }));
  await expect.poll(async () => (await dead()).body.events.length).toBe(3);
  const { body } = await dead('?limit=2');
  expect(body.events).toMatchObject([
    { type: 'user.online', userId: 'A' },
    { message: 'one', userId: 'B' },
  ]);
  const rest = await dead(`?after=${body.next}`);
  expect(rest.body).toEqual({
    events: [
      {
        eventId: expect.any(String),
        type: 'message.waiting',
        at: acks[1]?.sentAt,
        userId: 'B',
        fromUserId: 'A',
        messageId: acks[1]?.messageId,
        seq: 2,
        sentAt: acks[1]?.sentAt,
        message: { two: 2 },
        diedAt: expect.any(Number),
        reason: 'the receiver answered 400',
      },
    ],
  });
  const before = receiver.told.splice(0).map(({ event }) => event.eventId);
  receiver.answer = status(200);
  expect((await replay().expect(200)).body).toEqual({ replayed: 3 });
  await receiver.until('message.waiting', 2);
  await receiver.until('user.online', 1);
  expect(receiver.told.map(({ event }) => event.eventId).sort()).toEqual(before.sort());
  expect(receiver.of('message.waiting').map(({ event }) => event.seq)).toEqual([1, 2]);
  expect((await dead()).body).toEqual({ events: [] });
  expect((await replay()).body).toEqual({ replayed: 0 });
  await dead('', SENDER).expect(403);
  await replay(SENDER).expect(403);
  await dead('?limit=0').expect(400);
});
