import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { ANY_TRANSPORT } from '../support/transports.js';
import type { Frame, WsClient } from '../support/ws-client.js';

describeNode(
  'rooms',
  (node) => {
    let rooms = 0;
    const newRoom = () => {
      rooms += 1;
      return `room:${rooms}`;
    };

    /** A full session of this user, open. */
    async function enter(
      userId: string,
      room: string,
      more: Frame = {},
    ): Promise<{ session: WsClient; joined: Frame }> {
      const session = await open(userId);
      return { session, joined: await session.ask({ type: 'join', room, ...more }) };
    }

    async function open(userId: string): Promise<WsClient> {
      const session = await node.open(`${userId}?v=1`);
      await session.next();
      return session;
    }

    const seqs = (frames: readonly Frame[]) => frames.map(({ seq }) => seq);

    it('[MP-4.4] a room begins with the first who enters, and says who is there', async () => {
      const room = '大厅:1';
      const a = await open('A');
      expect(await a.ask({ type: 'join', id: 'j1', room })).toEqual({
        type: 'joined',
        id: 'j1',
        room,
        count: 1,
        head: 0,
        from: 1,
        members: [{ userId: 'A' }],
      });
      const { joined } = await enter('B', room);
      expect(joined).toEqual({
        type: 'joined',
        room,
        count: 2,
        head: 0,
        from: 1,
        members: [{ userId: 'A' }, { userId: 'B' }],
      });
      expect(await a.next()).toMatchObject({ type: 'entered', userId: 'B' });
      for (const bad of ['', 'two words', 'x'.repeat(65), 'a/b', 7]) {
        expect(await a.ask({ type: 'join', room: bad })).not.toMatchObject({ type: 'joined' });
      }
      const plain = await node.open('P');
      expect(await plain.ask({ type: 'join', id: 'j', room })).toMatchObject({ code: 'unsupported', id: 'j' });
      expect(await plain.ask({ room, message: 'hi' })).toMatchObject({ code: 'unsupported' });
    });

    it('[MP-4.4] a session is in at most 50 rooms', async () => {
      const session = await open('many');
      for (let i = 0; i < 50; i += 1) session.send({ type: 'join', room: `many${i}` });
      await session.nextOnes(50);
      expect(await session.ask({ type: 'join', id: 'j', room: 'many50' })).toMatchObject({
        code: 'forbidden',
        id: 'j',
      });
      expect(await session.ask({ type: 'join', room: 'many7' })).toMatchObject({ type: 'joined', count: 1 });
      await session.ask({ type: 'leave', room: 'many7' });
      expect(await session.ask({ type: 'join', room: 'many50' })).toMatchObject({ type: 'joined' });
    });

    it('[MP-4.5] what is said goes to all who are there, numbered, once for one id', async () => {
      const room = newRoom();
      const { session: a } = await enter('A', room);
      const { session: b } = await enter('B', room);
      const stranger = await open('stranger');
      await a.next();
      a.send({ type: 'message', id: 'm1', room, message: { text: 'hello' } });
      const frames = await a.nextOnes(2);
      const ack = frames.find(({ type }) => type === 'ack');
      const message = frames.find(({ type }) => type === 'message');
      expect(ack).toEqual({
        type: 'ack',
        id: 'm1',
        messageId: expect.any(String),
        seq: 1,
        sentAt: expect.any(Number),
      });
      expect(message).toEqual({
        type: 'message',
        room,
        messageId: ack?.messageId,
        seq: 1,
        fromUserId: 'A',
        message: { text: 'hello' },
        sentAt: ack?.sentAt,
      });
      expect(await b.next()).toEqual(message);
      const again = { type: 'message', id: 'm1', room, message: { text: 'hello' } };
      expect(await a.ask(again)).toEqual({ ...ack, duplicate: true });
      expect(await a.ask({ ...again, room: newRoom() })).toMatchObject({ code: 'forbidden' });
      expect(await a.ask({ ...again, message: 'other' })).toMatchObject({ code: 'conflict' });
      b.send({ room, message: 'short form' });
      expect(await b.next()).toMatchObject({ room, seq: 2, message: 'short form' });
      expect(await a.next()).toMatchObject({ room, seq: 2, fromUserId: 'B' });
      expect(await stranger.ask({ room, id: 's', message: 'x' })).toMatchObject({ code: 'forbidden', id: 's' });
      for (const more of [{ toUserId: 'B' }, { ephemeral: true }, { ttlS: 5 }]) {
        expect(await a.ask({ type: 'message', room, message: 'x', ...more })).toMatchObject({ code: 'bad_frame' });
      }
      expect(await a.ask({ room, message: 'x', fromUserId: 'B' })).toMatchObject({ code: 'forbidden' });
      await node.nothingElseCame(a, b, stranger);
    });

    it('[MP-4.6] leaving is answered, and nothing of the room comes any more', async () => {
      const room = newRoom();
      const { session: a } = await enter('A', room);
      const { session: b } = await enter('B', room);
      await a.next();
      expect(await b.ask({ type: 'leave', id: 'l1', room })).toEqual({
        type: 'left',
        id: 'l1',
        room,
        count: 1,
        userId: 'B',
      });
      expect(await a.next()).toEqual({ type: 'left', room, count: 1, userId: 'B' });
      expect(await b.ask({ type: 'leave', room })).toEqual({ type: 'left', room, count: 1, userId: 'B' });
      a.send({ room, message: 'alone' });
      expect(await a.next()).toMatchObject({ message: 'alone' });
      expect(await b.ask({ room, id: 'm', message: 'x' })).toMatchObject({ code: 'forbidden' });
      await node.nothingElseCame(a, b);
    });

    it('[MP-4.7] others are told who comes and goes; three devices are one member', async () => {
      const room = newRoom();
      const { session: a } = await enter('A', room);
      const devices = [];
      for (const device of ['phone', 'desk', 'pad']) {
        const session = await node.open(`C?v=1&device=${device}`);
        await session.next();
        expect(await session.ask({ type: 'join', room })).toMatchObject({ type: 'joined', count: 2 });
        devices.push(session);
      }
      expect(await a.next()).toEqual({ type: 'entered', room, count: 2, userId: 'C' });
      await devices[0]?.leave();
      devices[1]?.terminate();
      await node.nothingElseCame(a);
      await devices[2]?.ask({ type: 'leave', room });
      expect(await a.next()).toEqual({ type: 'left', room, count: 1, userId: 'C' });
      await node.nothingElseCame(a);
    });

    it('[MP-4.8] [MP-4.9] a crowd is told as a count, and few as a whole list where it is asked for', async () => {
      const room = newRoom();
      const { session: lister } = await enter('L', room, { list: true });
      expect(await lister.next()).toEqual({ type: 'members', room, count: 1, members: [{ userId: 'L' }] });
      const crowd: WsClient[] = [];
      const come = async (userId: string) => void crowd.push((await enter(userId, room)).session);
      await come('x0');
      expect(await lister.next()).toEqual({ type: 'entered', room, count: 2, userId: 'x0' });
      const both = [{ userId: 'L' }, { userId: 'x0' }];
      expect(await lister.next()).toEqual({ type: 'members', room, count: 2, members: both });
      for (let i = 1; i < 199; i += 1) await come(`x${i}`);
      const told: Frame[] = [];
      const until = async (isIt: (frame: Frame) => boolean) => {
        for (;;) {
          const frame = await lister.next();
          told.push(frame);
          if (isIt(frame)) return frame;
        }
      };
      const full = await until((frame) => frame.type === 'members' && frame.count === 200);
      expect(full.members).toHaveLength(200);
      expect(told.filter(({ type }) => type === 'entered').map(({ count }) => count)).toEqual(
        Array.from({ length: 198 }, (_each, i) => i + 3),
      );
      await Promise.all([come('y0'), come('y1')]);
      expect(await until((frame) => frame.count === 202)).toEqual({ type: 'members', room, count: 202 });
      await Promise.all(crowd.splice(0, 3).map((session) => session.leave()));
      expect(await until((frame) => frame.count === 199)).not.toHaveProperty('profile');
      expect(told.filter((frame) => Number(frame.count) > 200 && frame.type !== 'members')).toEqual([]);
      await Promise.all(crowd.map((session) => session.leave()));
      expect(await until((frame) => frame.count === 1 && frame.members !== undefined)).toMatchObject({
        members: [{ userId: 'L' }],
      });
    });

    it('[MP-4.10] history of a room, for those who are in it', async () => {
      const room = newRoom();
      const { session: a } = await enter('A', room);
      for (const message of ['one', 'two', 'three']) {
        a.send({ room, message });
        await a.next();
      }
      expect(await a.ask({ type: 'history', id: 'h1', room, limit: 2 })).toMatchObject({
        type: 'history',
        id: 'h1',
        room,
        items: [
          { seq: 3, fromUserId: 'A', message: 'three' },
          { seq: 2, message: 'two' },
        ],
        members: [],
        more: true,
      });
      const rest = await a.ask({ type: 'history', id: 'h2', room, before: 2 });
      expect(rest).toMatchObject({ items: [{ seq: 1, message: 'one' }], more: false });
      const stranger = await open('stranger');
      expect(await stranger.ask({ type: 'history', id: 'h3', room })).toMatchObject({ code: 'forbidden', id: 'h3' });
    });

    it('[MP-4.11] replays what was missed, then what is said now', async () => {
      const room = newRoom();
      const { session: a } = await enter('A', room);
      for (let i = 1; i <= 205; i += 1) a.send({ room, message: `${i}` });
      await a.nextOnes(205);
      const { session: b, joined } = await enter('B', room, { since: 203 });
      expect(joined).toMatchObject({ head: 205, from: 204 });
      expect(seqs(await b.nextOnes(2))).toEqual([204, 205]);
      await a.next();
      a.send({ room, message: 'now' });
      expect(await b.next()).toMatchObject({ seq: 206, message: 'now' });
      // Once more, with more to replay than is kept for it.
      expect(await b.ask({ type: 'join', room, since: 1 })).toMatchObject({ head: 206, from: 7, count: 2 });
      expect(seqs(await b.nextOnes(200))).toEqual(Array.from({ length: 200 }, (_each, i) => i + 7));
      const { session: c, joined: nothingMissed } = await enter('C', room, { since: 206 });
      expect(nothingMissed).toMatchObject({ head: 206, from: 207 });
      expect(await c.ask({ type: 'join', room, since: 900 })).toMatchObject({ type: 'joined', head: 206, from: 207 });
      expect(await c.next()).toEqual({ type: 'toolong', room, from: 901, floor: 0, head: 206 });
      const other = await node.open('D?v=1&epoch=another');
      await other.next();
      expect(await other.ask({ type: 'join', room, since: 3 })).toMatchObject({ type: 'joined', from: 207 });
      expect(await other.next()).toMatchObject({ type: 'toolong', room, from: 4, head: 206 });
      // A number that is the head here too says nothing when it was given elsewhere.
      expect(await other.ask({ type: 'join', room, since: 206 })).toMatchObject({ type: 'joined', from: 207 });
      expect(await other.next()).toMatchObject({ type: 'toolong', room, from: 207, head: 206 });
      expect(await c.next()).toMatchObject({ type: 'entered', userId: 'D' });
      await node.nothingElseCame(c, other);
    });

    it('[MP-4.11] leaves no window and doubles nothing while others talk, also when the room was empty before', async () => {
      const room = newRoom();
      const { session: talker } = await enter('talker', room);
      const COUNT = 150;
      let said = 0;
      const talking = (async () => {
        for (; said < COUNT; said += 1) {
          talker.send({ room, message: `${said}` });
          for (;;) if ((await talker.next()).type === 'message') break;
        }
      })();
      const sessions: WsClient[] = [];
      while (said < COUNT) sessions.push((await enter('late', room, { since: 0 })).session);
      await talking;
      for (const session of sessions.filter((_each, i) => i % 5 === 0)) {
        const got: Frame[] = [];
        while (got.length < COUNT) {
          const frame = await session.next();
          if (frame.type === 'message') got.push(frame);
        }
        expect(seqs(got)).toEqual(Array.from({ length: COUNT }, (_each, i) => i + 1));
      }
    });

    it('[MP-4.4] [MP-4.7] [MP-4.11] three people enter, talk, close, lose the network and come back', async () => {
      const room = newRoom();
      const { session: ann, joined } = await enter('ann', room);
      expect(joined).toMatchObject({ count: 1 });
      const { session: bob } = await enter('bob', room);
      expect(await ann.next()).toMatchObject({ type: 'entered', userId: 'bob', count: 2 });
      const { session: cem } = await enter('cem', room);
      for (const session of [ann, bob]) {
        expect(await session.next()).toMatchObject({ type: 'entered', userId: 'cem', count: 3 });
      }
      ann.send({ room, message: 'hello you two' });
      for (const session of [ann, bob, cem]) {
        expect(await session.next()).toMatchObject({ seq: 1, fromUserId: 'ann', message: 'hello you two' });
      }
      await bob.leave(1001);
      for (const session of [ann, cem]) {
        expect(await session.next()).toMatchObject({ type: 'left', userId: 'bob', count: 2 });
      }
      cem.terminate();
      expect(await ann.next()).toMatchObject({ type: 'left', userId: 'cem', count: 1 });
      ann.send({ room, message: 'anybody?' });
      expect(await ann.next()).toMatchObject({ seq: 2 });
      const { session: back, joined: again } = await enter('cem', room, { since: 1 });
      expect(again).toMatchObject({ count: 2, head: 2, from: 2, members: [{ userId: 'ann' }, { userId: 'cem' }] });
      expect(await back.next()).toMatchObject({ seq: 2, message: 'anybody?' });
      expect(await ann.next()).toMatchObject({ type: 'entered', userId: 'cem', count: 2 });
      back.send({ room, message: 'me' });
      for (const session of [ann, back]) expect(await session.next()).toMatchObject({ seq: 3, fromUserId: 'cem' });
      await node.nothingElseCame(ann, back);
    });
  },
  {},
  ANY_TRANSPORT,
);
