import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import type { Receipt } from '../../mini-program-client/src/events.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';
import { newUser, nextOf, untilTestEnds } from '../support/client-events.js';
import { type RunningServer, startServer } from '../support/server.js';
import { Phone } from '../support/wx-stand-in.js';

/** What a client asks of the built server. What is stored for a user outlives a test, so each has its own. */

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function connected(device = 'phone', userId = newUser()): Promise<MinimClient> {
  const phone = new Phone();
  const { clock } = phone.timers;
  const client = untilTestEnds(createMiniProgramClient({ url: server.url, userId, device, wx: phone.wx, clock }));
  await connect(client);
  return client;
}

/** Until it has caught up: one whose session still opens is told no receipts, and of a broadcast nothing but its number. */
async function connect(client: MinimClient): Promise<void> {
  const synced = nextOf(client, 'synced');
  client.connect();
  await synced;
}

it('[MP-2.23] a client reads a conversation backwards, page by page', async () => {
  const client = await connected();
  const peer = newUser();
  for (const text of ['one', 'two', 'three']) await client.send(peer, text);
  const latest = await client.history(peer, { limit: 2 });
  expect(latest).toMatchObject({ peerId: peer, more: true, delivered: 0, read: 0, ownRead: 0 });
  expect(latest.items).toMatchObject([
    { seq: 3, message: 'three' },
    { seq: 2, message: 'two' },
  ]);
  const before = latest.items.at(-1)?.seq ?? 0;
  const rest = await client.history(peer, { before });
  expect(rest).toMatchObject({ items: [{ seq: 1, fromUserId: client.userId, message: 'one' }], more: false });
});

it('[MP-2.24] a client lists its conversations, latest first', async () => {
  const client = await connected();
  const [first, second] = [newUser(), newUser()];
  await client.send(first, 'hello');
  await client.send(second, 'hello');
  const latest = await client.conversations({ limit: 1 });
  expect(latest).toMatchObject({ items: [{ peerId: second, unread: 0, last: { message: 'hello' } }], more: true });
  const before = latest.items[0]?.cursor ?? 0;
  expect(await client.conversations({ before })).toMatchObject({ items: [{ peerId: first }], more: false });
});

it('[MP-2.11] a question that the server cannot answer is rejected', async () => {
  const client = await connected();
  await expect(client.history('no spaces')).rejects.toMatchObject({ code: 'bad_frame' });
  expect(client.state.phase).toBe('connected');
});

it('[MP-3.9] a client takes its message back, once and for all, and goes on in its inbox', async () => {
  const client = await connected();
  const peer = await connected();
  const arrived = nextOf(peer, 'message');
  const { messageId = '' } = await client.send(peer.userId, 'a slip');
  await arrived;
  const recalled = nextOf(peer, 'recalled');
  const ack = await client.recall(messageId);
  expect(ack).toMatchObject({ messageId, seq: 1, cursor: 2 });
  expect(await recalled).toMatchObject({ messageId, seq: 1, fromUserId: client.userId });
  expect(await client.recall(messageId)).toMatchObject({ messageId, duplicate: true });
  expect((await client.history(peer.userId)).items).toMatchObject([{ messageId, recalled: true }]);
  const answer = nextOf(client, 'message');
  await peer.send(client.userId, 'what was that?');
  expect(await answer).toMatchObject({ cursor: 3 });
  await expect(peer.recall(messageId)).rejects.toMatchObject({ code: 'not_found' });
});

it('[MP-3.9] a recall is told to the other devices of its sender', async () => {
  const client = await connected();
  const tablet = await connected('tablet', client.userId);
  const arrived = nextOf(tablet, 'message');
  const { messageId = '' } = await client.send(newUser(), 'a slip');
  await arrived; // a device that still catches up is sent 'recalled' at the message's own number, too
  const recalled = nextOf(tablet, 'recalled');
  await client.recall(messageId);
  expect(await recalled).toMatchObject({ messageId, cursor: 2 });
});

it('[MP-3.12] a client is told how far its messages were delivered and read, and its other devices what was read', async () => {
  const sender = await connected();
  const phone = await connected();
  const own = await connected('tablet', phone.userId);
  const receipts: Receipt[] = [];
  sender.on('receipt', (receipt) => void receipts.push(receipt));
  const arrived = nextOf(phone, 'message');
  const { seq = 0 } = await sender.send(phone.userId, 'have you seen this?');
  await arrived;
  await expect.poll(() => receipts).toMatchObject([{ peerId: phone.userId, delivered: seq }]);
  const ownRead = nextOf(own, 'receipt');
  phone.read(sender.userId, seq);
  expect(await ownRead).toMatchObject({ peerId: sender.userId, ownRead: seq });
  await expect.poll(() => receipts.at(-1)).toMatchObject({ peerId: phone.userId, read: seq });
  expect(await sender.history(phone.userId)).toMatchObject({ delivered: seq, read: seq });
  expect(await phone.conversations()).toMatchObject({ items: [{ peerId: sender.userId, unread: 0, ownRead: seq }] });
});

it('[MP-4.2] a client that was away is told the broadcasts that it missed, once and in order', async () => {
  const phone = new Phone();
  const { clock } = phone.timers;
  const sleeper = untilTestEnds(
    createMiniProgramClient({ url: server.url, userId: newUser(), device: 'phone', wx: phone.wx, clock }),
  );
  const told: string[] = [];
  sleeper.on('broadcast', ({ message }) => void told.push(String(message)));
  await connect(sleeper);
  const speaker = await connected();
  const { seq = 0 } = await speaker.broadcast('one');
  await expect.poll(() => told).toEqual(['one']);
  sleeper.close();
  for (const text of ['two', 'three']) await speaker.broadcast(text);
  sleeper.connect();
  await expect.poll(() => told).toEqual(['one', 'two', 'three']);
  expect(await speaker.broadcast('four')).toMatchObject({ seq: seq + 3 });
  await expect.poll(() => told).toEqual(['one', 'two', 'three', 'four']);
});
