import { expect, it, vi } from 'vitest';
import type { RoomName, UserId } from '../../src/model/ids.js';
import { settled } from '../support/paper-node.js';
import { PaperCluster, PaperRooms } from '../support/paper-rooms.js';

it('[MP-4.5] a node looks for what it has not heard of in a few rooms at a time, however many there are', async () => {
  const cluster = new PaperCluster();
  const node = new PaperRooms(cluster, 'node');
  const { session } = node.open('A' as UserId);
  const names = Array.from({ length: 40 }, (_each, i) => `room${i}` as RoomName);
  for (const name of names) node.join(session, name, undefined, false);
  await settled();

  const room = cluster.store.read.room.bind(cluster.store.read);
  const asked: string[] = [];
  let underWay = 0;
  let most = 0;
  vi.spyOn(cluster.store.read, 'room').mockImplementation(async (query) => {
    asked.push(query.room);
    underWay += 1;
    most = Math.max(most, underWay);
    const page = await room(query);
    underWay -= 1;
    return page;
  });
  node.tick();
  // Whoever is not done yet does not begin again.
  node.tick();
  await vi.waitUntil(() => asked.length >= names.length);
  await settled();
  expect(asked).toEqual(names);
  expect(most).toBeLessThan(names.length / 2);
  expect(cluster.errors).toEqual([]);
});

it('[MP-2.20] [MP-4.9] joins of one session are handled in order, whenever the store is done with the room', async () => {
  for (let turns = 0; turns < 40; turns += 1) {
    const node = new PaperRooms(new PaperCluster(), 'node');
    const { session, socket } = node.open('A' as UserId);
    node.join(session, 'room' as RoomName, undefined, false);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    node.join(session, 'room' as RoomName, undefined, true);
    await settled();
    const types = socket.read().frames.map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['joined', 'joined', 'members']);
  }
});
