import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import type { Frame, WsClient } from '../support/ws-client.js';

const REPLACED = { code: 4509, reason: 'replaced' };

describeNode('sessions', (node) => {
  /** A full session that has had its welcome. */
  async function connectFull(target: string): Promise<WsClient> {
    const session = await node.open(target);
    expect(await session.next()).toMatchObject({ type: 'welcome' });
    return session;
  }

  it('[MP-1.5] is device "plain" on a plain session and one that ends with the session on a full one', async () => {
    const sender = await node.open('B');
    const named = await node.open('A?device=plain');
    const unnamed = await node.open('A');
    const fulls = [await connectFull('A?v=1'), await connectFull('A?v=1')];
    expect(await sender.ask({ id: '1', toUserId: 'A', ephemeral: true, message: 'hi' })).toEqual({
      type: 'ack',
      id: '1',
      delivered: 3,
    });
    for (const session of [unnamed, ...fulls]) expect(await session.next()).toMatchObject({ message: 'hi' });
    expect(await named.ask('ping')).toEqual({ type: 'pong' });
  });

  it('[MP-1.5] says the device in welcome, and refuses one that is none', async () => {
    expect(await (await node.open('A?v=1&device=my.phone-2_x')).next()).toMatchObject({
      device: 'my.phone-2_x',
    });
    for (const device of ['a%20b', 'a@b', 'x'.repeat(65), '%00', '']) {
      expect(await node.refusal(`A?device=${device}`)).toMatchObject({
        status: 400,
        body: { message: expect.stringMatching(/^device must be 1 to 64 of A-Z a-z 0-9 _ \. -, got "/) },
      });
    }
  });

  it('[MP-1.6] echoes to plain sessions with echo=1 what their user sends to others', async () => {
    const recipient = await node.open('B');
    const echoing = await node.open('A?echo=1');
    const silent = await node.open('A?echo=0&device=tablet');
    const full = await connectFull('A?v=1&echo=1');
    const copy = { type: 'message', fromUserId: 'A', toUserId: 'B', ephemeral: true, message: 'hi' };

    echoing.send({ toUserId: 'B', ephemeral: true, message: 'hi' });
    expect(await echoing.next()).toMatchObject(copy);
    expect(await recipient.next()).toMatchObject(copy);
    full.send({ toUserId: 'B', ephemeral: true, message: 'hi' });
    expect(await echoing.next()).toMatchObject(copy);

    // What is next for the others is the marker.
    recipient.send({ toUserId: 'A', ephemeral: true, message: 'marker' });
    for (const session of [silent, full, echoing]) expect(await session.next()).toMatchObject({ message: 'marker' });
  });

  it('[MP-1.6] echoes neither what was refused nor what one sends to oneself', async () => {
    const echoing = await node.open('A?echo=1');
    expect(await echoing.ask({ toUserId: 'nobody', ephemeral: true, message: 'hi' })).toMatchObject({
      type: 'error',
      code: 'not_found',
    });
    expect(await echoing.ask({ toUserId: 'A', ephemeral: true, message: 'to me' })).toMatchObject({ message: 'to me' });
    expect(await echoing.ask('ping')).toEqual({ type: 'pong' });
  });

  it('[MP-1.11] lets a newer session of the same device take over at once; the older full one is closed 4509', async () => {
    const older = await connectFull('A?v=1&device=phone');
    const other = await connectFull('A?v=1&device=tablet');
    const newer = await connectFull('A?v=1&device=phone');
    expect(await older.next()).toEqual({ type: 'error', code: 'replaced', message: expect.any(String) });
    expect(await older.ended).toEqual(REPLACED);

    const sender = await node.open('B');
    expect(await sender.ask({ id: '1', toUserId: 'A', ephemeral: true, message: 'hi' })).toMatchObject({
      delivered: 2,
    });
    for (const session of [newer, other]) expect(await session.next()).toMatchObject({ message: 'hi' });
  });

  it('[MP-1.11] lets a plain session take over from a full one of the same device', async () => {
    const older = await connectFull('A?v=1&device=phone');
    const newer = await node.open('A?device=phone');
    expect(await older.ended).toEqual(REPLACED);
    expect(await newer.ask({ id: '1', toUserId: 'A', ephemeral: true, message: 'to me' })).toMatchObject({
      type: 'message',
    });
    expect(await newer.next()).toEqual({ type: 'ack', id: '1', delivered: 1 });
  });

  it('[MP-1.12] sets an older plain session aside: it is answered, and delivered nothing', async () => {
    const aside = await node.open('A');
    const current = await node.open('A');
    const sender = await node.open('B');

    sender.send({ toUserId: 'A', ephemeral: true, message: 'direct' });
    expect(await current.next()).toMatchObject({ message: 'direct' });
    sender.send('to all');
    expect(await current.next()).toMatchObject({ message: 'to all' });
    expect(await sender.next()).toMatchObject({ message: 'to all' });

    expect(await aside.ask('ping')).toEqual({ type: 'pong' });
    expect(await aside.ask({ id: '1', toUserId: 'B', ephemeral: true, message: 'hi' })).toEqual({
      type: 'ack',
      id: '1',
      delivered: 1,
    });
    expect(await sender.next()).toMatchObject({ fromUserId: 'A', message: 'hi' });
    // It hears of its own broadcast by its ack alone.
    expect(await aside.ask({ type: 'broadcast', id: '2', message: 'mine' })).toEqual({
      type: 'ack',
      id: '2',
      messageId: expect.any(String),
      seq: expect.any(Number),
      sentAt: expect.any(Number),
    });
    expect(await current.next()).toMatchObject({ message: 'mine' });
    expect(await aside.ask('{')).toMatchObject({ code: 'bad_frame' });
  });

  it('[MP-1.12] sets a plain session aside for a full one of the same device, too', async () => {
    const aside = await node.open('A');
    const current = await connectFull('A?v=1&device=plain');
    const sender = await node.open('B');
    expect(await sender.ask({ id: '1', toUserId: 'A', ephemeral: true, message: 'hi' })).toMatchObject({
      delivered: 1,
    });
    expect(await current.next()).toMatchObject({ message: 'hi' });
    expect(await aside.ask('ping')).toEqual({ type: 'pong' });
  });

  it.each(['leaves', 'is cut off'])(
    '[MP-1.13] gives the place back to the last set aside when the newer session %s',
    async (how) => {
      const sessions = [await node.open('A'), await node.open('A'), await node.open('A')];
      const sender = await node.open('B');
      while (sessions.length > 0) {
        const current = sessions.pop();
        await untilDelivered(sender, current, 'A');
        sender.send('to all');
        expect(await current?.next()).toMatchObject({ type: 'broadcast', message: 'to all' });
        expect(await sender.next()).toMatchObject({ type: 'broadcast', message: 'to all' });
        if (how === 'leaves') await current?.leave();
        else current?.terminate();
      }
    },
  );

  it('[MP-1.13] has the place again after an older one, set aside as well, has left', async () => {
    const [first, second, third] = [await node.open('A'), await node.open('A'), await node.open('A')];
    await second.leave();
    await third.leave();
    const sender = await node.open('B');
    expect(await sender.ask({ id: '1', toUserId: 'A', ephemeral: true, message: 'hi' })).toMatchObject({
      delivered: 1,
    });
    expect(await first.next()).toMatchObject({ message: 'hi' });
  });

  it('[MP-1.16] sends a plain session nothing on connecting, and only the frames of the rule', async () => {
    const plain = await node.open('A');
    const types = new Set<unknown>();
    for (const [frame, answers] of [
      ['ping', 1],
      ['good morning', 1],
      [{ type: 'broadcast', id: '1', message: 'x' }, 2],
      [{ toUserId: 'A', ephemeral: true, message: 'x' }, 1],
      [{ type: 'history', id: '2' }, 1],
    ] as const) {
      plain.send(frame);
      for (const { type } of await plain.nextOnes(answers)) types.add(type);
    }
    expect([...types].sort()).toEqual(['ack', 'broadcast', 'error', 'message', 'pong']);
  });

  it('[MP-1.17] sends a full session its welcome first', async () => {
    const first = await node.open('A?v=1&device=phone');
    first.send('ping');
    const welcome = await first.next();
    expect(welcome).toEqual({
      type: 'welcome',
      v: 1,
      sessionId: expect.stringMatching(/./),
      userId: 'A',
      device: 'phone',
      epoch: expect.stringMatching(/./),
      head: 0,
      cursor: 0,
      broadcast: expect.any(Number),
      broadcastFrom: Number(welcome.broadcast) + 1,
      pingEveryMs: 15_000,
      deadAfterMs: 30_000,
      maxFrameBytes: 65_536,
      time: expect.any(Number),
    });
    expect(Math.abs(Number(welcome.time) - Date.now())).toBeLessThan(10_000);
    expect(await first.next()).toMatchObject({ type: 'pong' });

    const second = await (await node.open('A?v=1')).next();
    expect(second.epoch).toBe(welcome.epoch);
    expect(second.sessionId).not.toBe(welcome.sessionId);
  });
});

describeNode(
  'sessions where each user may have two',
  (node) => {
    const tooMany = (code: number) => ({ code, reason: 'too_many_sessions' });
    const farewell: Frame = { type: 'error', code: 'too_many_sessions', message: expect.any(String) };

    it('[MP-1.15] lets the oldest full session go with 4509, even where a plain one is older', async () => {
      const plain = await node.open('A');
      const oldest = await node.open('A?v=1');
      expect(await oldest.next()).toMatchObject({ type: 'welcome' });
      const third = await node.open('A?v=1');
      expect(await oldest.next()).toEqual(farewell);
      expect(await oldest.ended).toEqual(tooMany(4509));
      const fourth = await node.open('A?device=d4');
      expect(await third.ended).toEqual(tooMany(4509));
      expect(await fourth.ask('ping')).toEqual({ type: 'pong' });
      expect(await plain.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.15] lets the oldest plain session go with 4408 where there is no other full one', async () => {
      const oldest = await node.open('A?device=d1');
      const second = await node.open('A?device=d2');
      const newest = await node.open('A?v=1');
      expect(await oldest.next()).toEqual(farewell);
      expect(await oldest.ended).toEqual(tooMany(4408));
      expect(await newest.next()).toMatchObject({ type: 'welcome' });
      expect(await second.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.15] counts those set aside, and not one that the newcomer replaces', async () => {
      const aside = await node.open('A');
      await node.open('A');
      await node.open('A');
      expect(await aside.ended).toEqual(tooMany(4408));

      const plain = await node.open('B');
      const phone = await node.open('B?v=1&device=phone');
      await node.open('B?v=1&device=phone');
      expect(await phone.ended).toEqual(REPLACED);
      expect(await plain.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.15] counts each user alone', async () => {
      const first = await node.open('A?device=d1');
      await node.open('A?device=d2');
      await node.open('B?device=d1');
      expect(await first.ask('ping')).toEqual({ type: 'pong' });
    });
  },
  { MINIM_SESSIONS_PER_USER: '2' },
);

/** Sends to `userId` until the session gets it: a session that was cut off is noticed a moment later. */
async function untilDelivered(sender: WsClient, session: WsClient | undefined, userId: string): Promise<void> {
  const received = session?.next();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    expect(await sender.ask({ id: 'x', toUserId: userId, ephemeral: true, message: 'direct' })).toMatchObject({
      type: 'ack',
    });
    const got = await Promise.race([received, sender.ping().then(() => undefined)]);
    if (got !== undefined) return expect(got).toMatchObject({ type: 'message', message: 'direct' });
  }
  throw new Error(`nothing was delivered to ${userId}`);
}
