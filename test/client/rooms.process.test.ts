import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MinimClient, Room } from '../../mini-program-client/src/api.js';
import type { RoomEvents } from '../../mini-program-client/src/events.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';
import { newUser, nextOf, reaches, untilTestEnds } from '../support/client-events.js';
import { type RunningServer, startServer } from '../support/server.js';
import { Phone } from '../support/wx-stand-in.js';

/** Rooms and presence, as a client of the built server has them. */

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let rooms = 0;

function newRoom(): string {
  rooms += 1;
  return `client:${rooms}`;
}

function phoneOf(userId = newUser()): { readonly client: MinimClient; readonly phone: Phone } {
  const phone = new Phone();
  const { clock } = phone.timers;
  const settings = { url: server.url, userId, device: 'phone', wx: phone.wx, clock };
  return { client: untilTestEnds(createMiniProgramClient(settings)), phone };
}

async function connected(): Promise<MinimClient> {
  const { client } = phoneOf();
  client.connect();
  await reaches(client, 'connected');
  return client;
}

function next<Name extends keyof RoomEvents>(room: Room, name: Name): Promise<RoomEvents[Name]> {
  return new Promise((resolve) => {
    const off = room.on(name, (value) => {
      off();
      resolve(value);
    });
  });
}

/** What was said there, as this client was told. */
function heardIn(room: Room): unknown[] {
  const heard: unknown[] = [];
  room.on('message', ({ message }) => heard.push(message));
  return heard;
}

it('[MP-4.4] [MP-4.5] clients talk in a room, and see who comes and goes', async () => {
  const [ann, cem] = [await connected(), await connected()];
  await cem.setProfile({ nickname: 'Cem' });
  const name = newRoom();
  const ofAnn = ann.join(name);
  expect(await next(ofAnn, 'joined')).toMatchObject({ count: 1 });
  const entered = next(ofAnn, 'entered');
  const ofCem = cem.join(name);
  expect(await entered).toMatchObject({ userId: cem.userId, profile: { nickname: 'Cem' }, count: 2 });
  const heard = next(ofAnn, 'message');
  const ack = await ofCem.say('hello all');
  expect(await heard).toMatchObject({ seq: 1, message: 'hello all', profile: { nickname: 'Cem' } });
  expect(await ofAnn.history()).toMatchObject({
    items: [{ messageId: ack.messageId, seq: 1, message: 'hello all' }],
    members: [{ userId: cem.userId, profile: { nickname: 'Cem' } }],
    more: false,
  });
  expect(ofAnn.members.map(({ userId }) => userId)).toEqual([ann.userId, cem.userId]);
  const left = next(ofAnn, 'left');
  ofCem.leave();
  expect(await left).toMatchObject({ userId: cem.userId, count: 1 });
  expect(ofAnn.members).toEqual([{ userId: ann.userId }]);
});

it('[MP-4.11] a client that was away is told what was said in its room, once and in order, and sends what it said meanwhile', async () => {
  const speaker = await connected();
  const { client: sleeper } = phoneOf();
  const name = newRoom();
  const ofSpeaker = speaker.join(name);
  const ofSleeper = sleeper.join(name);
  const heard = heardIn(ofSleeper);
  sleeper.connect();
  await next(ofSleeper, 'joined');
  await ofSpeaker.say('one');
  await expect.poll(() => heard).toEqual(['one']);
  sleeper.close();
  for (const text of ['two', 'three']) await ofSpeaker.say(text);
  ofSleeper.say('four', { id: 'm4' });
  sleeper.connect();
  await expect.poll(() => heard).toEqual(['one', 'two', 'three', 'four']);
  expect(await ofSpeaker.say('five')).toMatchObject({ seq: 5 });
  await expect.poll(() => heard).toEqual(['one', 'two', 'three', 'four', 'five']);
});

it('[MP-4.11] more than a client is told again is one hole, which history fills', async () => {
  const speaker = await connected();
  const { client: sleeper } = phoneOf();
  const ofSpeaker = speaker.join(newRoom());
  await next(ofSpeaker, 'joined');
  const ofSleeper = sleeper.join(ofSpeaker.name, { since: 0 });
  const toolong = next(ofSleeper, 'toolong');
  const heard = heardIn(ofSleeper);
  // 200 wait for their acks at most.
  for (const count of [199, 2]) {
    await Promise.all(Array.from({ length: count }, (_, index) => ofSpeaker.say(`${count}-${index}`)));
  }
  sleeper.connect();
  expect(await toolong).toMatchObject({ from: 1, head: 1 });
  await expect.poll(() => heard.length).toBe(200);
  expect(await ofSleeper.history({ before: 2 })).toMatchObject({ items: [{ seq: 1, message: '199-0' }], more: false });
});

it('[MP-7.1] a client is told who comes online', async () => {
  const watcher = await connected();
  const { client: other } = phoneOf();
  const offline = nextOf(watcher, 'presence');
  watcher.watch([other.userId]);
  expect(await offline).toEqual({ type: 'presence', userId: other.userId, online: false });
  const online = nextOf(watcher, 'presence');
  other.connect();
  expect(await online).toMatchObject({ userId: other.userId, online: true });
});

it('[MP-2.29] a client blocks a user, and takes it back', async () => {
  const [ann, cem] = [await connected(), await connected()];
  await ann.block(cem.userId);
  expect(await ann.blocked()).toMatchObject({ userIds: [cem.userId] });
  await expect(cem.send(ann.userId, 'hello')).rejects.toMatchObject({ code: 'forbidden' });
  await ann.unblock(cem.userId);
  const heard = nextOf(ann, 'message');
  await cem.send(ann.userId, 'hello again');
  expect(await heard).toMatchObject({ message: 'hello again' });
});

it('[MP-2.28] a conversation shows the profile of its peer', async () => {
  const [ann, cem] = [await connected(), await connected()];
  await cem.setProfile({ nickname: 'Cem', avatar: 'cat' });
  await ann.send(cem.userId, 'hello');
  expect(await ann.conversations()).toMatchObject({
    items: [{ peerId: cem.userId, profile: { nickname: 'Cem', avatar: 'cat' } }],
  });
});
