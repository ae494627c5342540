import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';

const REPLACED = { type: 'error', code: 'replaced', message: 'a newer session of the same device took over' };

describeNode('one current session for each user and device', (node) => {
  it('[MP-1.11] closes an older full session of the same device 4509', async () => {
    const older = await node.open('A?v=1&device=phone');
    await older.next();
    const newer = await node.open('A?v=1&device=phone');
    expect(await older.next()).toEqual(REPLACED);
    expect(await older.ended).toEqual({ code: 4509, reason: 'replaced' });
    expect((await newer.next()).type).toBe('welcome');
    const sender = await node.open('S');
    expect(await sender.ask({ type: 'message', id: '1', toUserId: 'A', message: 'x' })).toMatchObject({ delivered: 1 });
  });

  it('[MP-1.11] leaves sessions of other devices alone', async () => {
    const [phone, tablet, plain] = [
      await node.open('A?v=1&device=phone'),
      await node.open('A?v=1&device=tablet'),
      await node.open('A'),
    ];
    await phone.next();
    await tablet.next();
    const sender = await node.open('S');
    expect(await sender.ask({ type: 'message', id: '1', toUserId: 'A', message: 'x' })).toEqual({
      type: 'ack',
      id: '1',
      delivered: 3,
    });
    for (const session of [phone, tablet, plain])
      expect(await session.next()).toMatchObject({ fromUserId: 'S', message: 'x' });
  });

  it('[MP-1.12] sets an older plain session aside: answered, and delivered nothing', async () => {
    const older = await node.open('A');
    const newer = await node.open('A');
    const sender = await node.open('S');
    expect(await sender.ask({ type: 'message', id: '1', toUserId: 'A', message: 'x' })).toMatchObject({ delivered: 1 });
    sender.send('to all');
    expect(await newer.next()).toMatchObject({ message: 'x' });
    expect(await newer.next()).toMatchObject({ type: 'broadcast', message: 'to all' });
    expect(await older.ask('ping')).toEqual({ type: 'pong' });
    expect(await older.ask({ type: 'message', id: '2', toUserId: 'S', message: 'from aside' })).toEqual({
      type: 'ack',
      id: '2',
      delivered: 1,
    });
    expect(await older.ask({ type: 'message', id: '3', toUserId: 'nobody', message: 'x' })).toMatchObject({
      code: 'not_found',
    });
  });

  it('[MP-1.12] sets a plain session aside for a full one of the same device, too', async () => {
    const older = await node.open('A?device=phone');
    const newer = await node.open('A?v=1&device=phone');
    await newer.next();
    const sender = await node.open('S');
    expect(await sender.ask({ type: 'message', id: '1', toUserId: 'A', message: 'x' })).toMatchObject({ delivered: 1 });
    expect(await newer.next()).toMatchObject({ message: 'x' });
    expect(await older.ask('ping')).toEqual({ type: 'pong' });
  });

  it('[MP-1.13] gives the place back to the session set aside last', async () => {
    const [first, second, third] = [await node.open('A'), await node.open('A'), await node.open('A')];
    await third.leave();
    const sender = await node.open('S');
    sender.send({ toUserId: 'A', message: 'to the second' });
    expect(await second.next()).toMatchObject({ message: 'to the second' });
    sender.send('broadcasts too');
    expect(await second.next()).toMatchObject({ type: 'broadcast', message: 'broadcasts too' });
    await second.leave();
    sender.send({ toUserId: 'A', message: 'to the first' });
    expect(await first.next()).toMatchObject({ message: 'to the first' });
  });

  it('[MP-1.13] skips those that went while they were set aside', async () => {
    const [first, second, third] = [await node.open('A'), await node.open('A'), await node.open('A')];
    await second.leave();
    third.terminate();
    await third.ended;
    const sender = await node.open('S');
    // The node may not have heard of the end yet; then the message goes nowhere, and the next one does not.
    await expect
      .poll(async () => {
        sender.send({ type: 'message', id: 'p', toUserId: 'A', message: 'again' });
        await sender.next();
        return first.ask('ping');
      })
      .toMatchObject({ message: 'again' });
  });

  it('[MP-1.12] keeps copied client code, which never closes and redials for ever, from kicking itself', async () => {
    const sessions = [];
    for (let i = 0; i < 30; i += 1) sessions.push(await node.open('A'));
    const sender = await node.open('S');
    expect(await sender.ask({ type: 'message', id: '1', toUserId: 'A', message: 'x' })).toEqual({
      type: 'ack',
      id: '1',
      delivered: 1,
    });
    for (const session of sessions.slice(0, -1)) expect(await session.ask('ping')).toEqual({ type: 'pong' });
  });
});

describeNode(
  'a limit of sessions for each user',
  (node) => {
    it('[MP-1.15] lets the oldest full session go, 4509', async () => {
      const plain = await node.open('A');
      const [older, newer] = [await node.open('A?v=1'), await node.open('A?v=1')];
      await older.next();
      await newer.next();
      const latest = await node.open('A?v=1');
      expect((await latest.next()).type).toBe('welcome');
      expect(await older.next()).toMatchObject({ type: 'error', code: 'too_many_sessions' });
      expect(await older.ended).toEqual({ code: 4509, reason: 'too_many_sessions' });
      expect(await plain.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.15] lets the oldest plain session go, 4408, where there is no full one', async () => {
      const [oldest, middle, newest] = [await node.open('B'), await node.open('B'), await node.open('B')];
      const latest = await node.open('B?v=1');
      expect((await latest.next()).type).toBe('welcome');
      expect(await oldest.next()).toMatchObject({ type: 'error', code: 'too_many_sessions' });
      expect(await oldest.ended).toEqual({ code: 4408, reason: 'too_many_sessions' });
      for (const session of [middle, newest]) expect(await session.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.15] counts each user alone', async () => {
      const sessions = [];
      for (const user of ['C', 'D', 'E', 'F']) sessions.push(await node.open(user));
      for (const session of sessions) expect(await session.ask('ping')).toEqual({ type: 'pong' });
    });
  },
  { MINIM_SESSIONS_PER_USER: '3' },
);
