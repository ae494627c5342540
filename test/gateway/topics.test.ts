import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYONE, roomListTopic, roomTopic } from '../../src/gateway/topics.js';
import { isRoomName, type RoomName } from '../../src/model/ids.js';

const roomName = fc.string({ unit: fc.constantFrom(...'aé茶1_.@:#-'), minLength: 1, maxLength: 64 }).filter(isRoomName);

describe('topics', () => {
  it('are never the same for two rooms, nor for a room and its list, nor everyone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(roomName, { maxLength: 10 }), (rooms) => {
        const topics = rooms.flatMap((room) => [roomTopic(room), roomListTopic(room)]);
        expect(new Set([EVERYONE, ...topics]).size).toBe(1 + topics.length);
      }),
    );
    const awkward = ['everyone', 'room:a', 'list:a', 'a', ':a', 'list:room:a'] as RoomName[];
    const topics = awkward.flatMap((room) => [roomTopic(room), roomListTopic(room)]);
    expect(new Set([EVERYONE, ...topics]).size).toBe(1 + topics.length);
  });
});
