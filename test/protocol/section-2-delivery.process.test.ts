import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';

describeNode('delivery', (node) => {
  it('[MP-1.6] gives back what its user sends to others to a plain session with echo=1', async () => {
    const [echo, quiet, b] = [
      await node.open('A?echo=1&device=one'),
      await node.open('A?device=two'),
      await node.open('B'),
    ];
    echo.send({ toUserId: 'B', ephemeral: true, message: 'from here' });
    quiet.send({ toUserId: 'B', ephemeral: true, message: 'from there' });
    const seen = (await echo.nextOnes(2)).map(({ type, toUserId, message }) => ({ type, toUserId, message }));
    expect(seen).toContainEqual({ type: 'message', toUserId: 'B', message: 'from here' });
    expect(seen).toContainEqual({ type: 'message', toUserId: 'B', message: 'from there' });
    await b.nextOnes(2);
    expect(await echo.ask({ toUserId: 'nobody', ephemeral: true, message: 'x' })).toMatchObject({ code: 'not_found' });
    await node.nothingElseCame(echo, quiet, b);
  });

  it('[MP-2.15] delivers a message to every current session of its user, and to nobody else', async () => {
    const [a, one, two, c] = [
      await node.open('A'),
      await node.open('B?device=one'),
      await node.open('B?v=1'),
      await node.open('C'),
    ];
    await two.next();
    const before = Date.now();
    a.send({ toUserId: 'B', ephemeral: true, message: 'hello' });
    for (const session of [one, two]) {
      const frame = await session.next();
      expect(frame).toEqual({
        type: 'message',
        ephemeral: true,
        fromUserId: 'A',
        toUserId: 'B',
        message: 'hello',
        sentAt: expect.any(Number),
      });
      expect(Number(frame.sentAt)).toBeGreaterThanOrEqual(before - 1);
      expect(Number(frame.sentAt)).toBeLessThanOrEqual(Date.now() + 1);
    }
    await node.nothingElseCame(a, one, two, c);
  });

  it('[MP-2.16] says how many sessions got it, or that nobody is online, and remembers no id', async () => {
    const [a, one, two] = [await node.open('A'), await node.open('B?device=one'), await node.open('B?device=two')];
    const frame = { type: 'message', id: 'm2', toUserId: 'B', message: 'hello', ephemeral: true };
    expect(await a.ask(frame)).toEqual({ type: 'ack', id: 'm2', delivered: 2 });
    expect(await a.ask({ ...frame, message: 'other' })).toEqual({ type: 'ack', id: 'm2', delivered: 2 });
    for (const session of [one, two])
      expect((await session.nextOnes(2)).map(({ message }) => message)).toEqual(['hello', 'other']);
    await one.leave();
    await two.leave();
    expect(await a.ask(frame)).toEqual({
      type: 'error',
      id: 'm2',
      code: 'not_found',
      message: 'nobody is online as "B", so the message went nowhere',
    });
  });

  it('[MP-2.17] delivers a message to oneself once to each session', async () => {
    const [plain, full, other] = [await node.open('A'), await node.open('A?v=1'), await node.open('A?v=1')];
    await full.next();
    await other.next();
    full.send({ type: 'message', id: 's1', toUserId: 'A', ephemeral: true, message: 'with an id' });
    expect(await full.next()).toEqual({ type: 'ack', id: 's1', delivered: 2 });
    for (const session of [plain, other]) expect(await session.next()).toMatchObject({ message: 'with an id' });
    full.send({ type: 'message', toUserId: 'A', ephemeral: true, message: 'without' });
    for (const session of [plain, full, other]) expect(await session.next()).toMatchObject({ message: 'without' });
    plain.send({ type: 'message', id: 's2', toUserId: 'A', ephemeral: true, message: 'from plain' });
    expect((await plain.nextOnes(2)).map(({ type }) => type).sort()).toEqual(['ack', 'message']);
    for (const session of [full, other]) expect(await session.next()).toMatchObject({ message: 'from plain' });
    await node.nothingElseCame(plain, full, other);
  });

  it('[MP-2.17] says delivered 0 to a full session that alone is online', async () => {
    const full = await node.open('alone?v=1');
    await full.next();
    expect(await full.ask({ type: 'message', id: 's', toUserId: 'alone', ephemeral: true, message: 'x' })).toEqual({
      type: 'ack',
      id: 's',
      delivered: 0,
    });
  });

  it('[MP-2.18] delivers a broadcast to every current session of everyone, the sender’s own included', async () => {
    const [a, b, c] = [await node.open('A'), await node.open('B?v=1'), await node.open('C')];
    await b.next();
    a.send({ type: 'broadcast', id: 'b1', message: { all: true } });
    const broadcast = {
      type: 'broadcast',
      messageId: expect.any(String),
      seq: expect.any(Number),
      fromUserId: 'A',
      message: { all: true },
      sentAt: expect.any(Number),
    };
    const [first, second] = await a.nextOnes(2);
    expect([first, second]).toContainEqual(broadcast);
    const { messageId, seq, sentAt } = broadcast;
    expect([first, second]).toContainEqual({ type: 'ack', id: 'b1', messageId, seq, sentAt });
    for (const session of [b, c]) expect(await session.next()).toEqual(broadcast);
  });

  it('[MP-2.19] gives no ack without an id, and tells every error', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    a.send({ toUserId: 'B', ephemeral: true, message: 'x' });
    a.send({ toUserId: 'nobody', ephemeral: true, message: 'x' });
    expect(await a.next()).toMatchObject({ type: 'error', code: 'not_found' });
    expect(await b.next()).toMatchObject({ message: 'x' });
    await node.nothingElseCame(a, b);
  });

  it('[MP-2.20] keeps the order of what one session sends to another, bursts included', async () => {
    const [a, b] = [await node.open('A'), await node.open('B?v=1')];
    await b.next();
    for (let i = 0; i < 2_000; i += 1)
      a.send({ type: 'message', id: String(i), toUserId: 'B', ephemeral: true, message: { i } });
    const got = await b.nextOnes(2_000);
    expect(got.map(({ message }) => (message as { i: number }).i)).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
    const acks = await a.nextOnes(2_000);
    expect(acks.map(({ id }) => Number(id))).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
  });

  it('[MP-2.21] closes 1003 on a binary message', async () => {
    const a = await node.open('A');
    a.sendBytes(Buffer.from('{"toUserId":"B","message":"x"}'));
    expect(await a.ended).toEqual({ code: 1003, reason: 'binary' });
  });

  it('[MP-2.22] says in each error what was expected and what came', async () => {
    const a = await node.open('A');
    for (const frame of [
      '{bad',
      '',
      'a\u0000',
      '{"type":"x"}',
      '{"toUserId":"","message":"x"}',
      '{"toUserId":"B"}',
      '{"type":"join"}',
      '{"toUserId":"B","message":"x","ephemeral":true}',
    ]) {
      const error = await a.ask(frame);
      expect(Object.keys(error).sort()).toEqual(['code', 'message', 'type']);
      expect(String(error.message)).toMatch(/expected|must|needs|does not have|nobody is online/);
    }
  });
});
