import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { type Frame, WsClient } from '../support/ws-client.js';

describeNode('receipts', (node) => {
  let users = 0;
  const newUsers = (): [string, string] => {
    users += 1;
    return [`a${users}`, `b${users}`];
  };

  /** A full session that has had its welcome and is level with its inbox. */
  async function openFull(target: string): Promise<WsClient> {
    const session = await WsClient.open(`${node.server.ws}/websocket/${target}`);
    while ((await session.next()).type !== 'synced');
    return session;
  }

  /** Sends `count` messages and waits for their acks. */
  async function send(session: WsClient, toUserId: string, count: number, name = 'm'): Promise<void> {
    for (let i = 1; i <= count; i += 1)
      session.send({ type: 'message', id: `${name}${i}`, toUserId, message: `text ${i}` });
    await session.nextOnes(count);
  }

  const marksOf = async (session: WsClient, peerId: string): Promise<Frame> => {
    const { delivered, read, ownRead } = await session.ask({ type: 'history', id: 'h', peerId, limit: 1 });
    return { delivered, read, ownRead };
  };

  it('[MP-3.12] tells the sender what a device of the other side has, and what was read', async () => {
    const [a, b] = newUsers();
    const [sender, reader] = [await openFull(`${a}?v=1`), await openFull(`${b}?v=1&device=phone`)];
    await send(sender, b, 3);
    await reader.nextOnes(3);
    reader.send({ type: 'received', cursor: 2 });
    expect(await sender.next()).toEqual({ type: 'receipt', peerId: b, delivered: 2 });
    reader.send({ type: 'ping', cursor: 3 });
    expect(await sender.next()).toEqual({ type: 'receipt', peerId: b, delivered: 3 });
    reader.send({ type: 'read', peerId: a, seq: 2 });
    expect(await sender.next()).toEqual({ type: 'receipt', peerId: b, delivered: 2, read: 2 });
    expect(await marksOf(sender, b)).toEqual({ delivered: 3, read: 2, ownRead: 0 });
  });

  it('[MP-3.12] takes what was read for delivered', async () => {
    const [a, b] = newUsers();
    const [sender, reader] = [await openFull(`${a}?v=1`), await openFull(`${b}?v=1&device=phone`)];
    await send(sender, b, 2);
    await reader.nextOnes(2);
    reader.send({ type: 'read', peerId: a, seq: 2 });
    const receipts = await sender.nextOnes(2);
    expect(receipts).toContainEqual({ type: 'receipt', peerId: b, delivered: 2, read: 2 });
    expect(receipts).toContainEqual({ type: 'receipt', peerId: b, delivered: 2 });
    await reader.leave();
    const again = await WsClient.open(`${node.server.ws}/websocket/${b}?v=1&device=phone`);
    expect(await again.next()).toMatchObject({ type: 'welcome', cursor: 2 });
  });

  it('[MP-3.12] tells the reader’s other sessions, and not the one that read', async () => {
    const [a, b] = newUsers();
    const sender = await openFull(`${a}?v=1`);
    await send(sender, b, 1);
    const [phone, tablet] = [await openFull(`${b}?v=1&device=phone`), await openFull(`${b}?v=1&device=tablet`)];
    const plain = await node.open(b);
    await plain.next();
    phone.send({ type: 'read', peerId: a, seq: 1 });
    expect(await tablet.next()).toEqual({ type: 'receipt', peerId: a, ownRead: 1 });
    phone.send({ type: 'conversations', id: 'c' });
    expect(await phone.next()).toMatchObject({ items: [{ peerId: a, unread: 0, ownRead: 1 }] });
    expect(await plain.ask('ping')).toEqual({ type: 'pong' });
  });

  it('[MP-3.12] says nothing when no mark has risen, and refuses what is above the last message', async () => {
    const [a, b] = newUsers();
    const [sender, reader] = [await openFull(`${a}?v=1`), await openFull(`${b}?v=1&device=phone`)];
    await send(sender, b, 2);
    await reader.nextOnes(2);
    reader.send({ type: 'received', cursor: 2 });
    reader.send({ type: 'received', cursor: 2 });
    reader.send({ type: 'received', cursor: 1 });
    expect(await sender.next()).toEqual({ type: 'receipt', peerId: b, delivered: 2 });
    expect(await reader.ask({ type: 'read', peerId: a, seq: 3 })).toMatchObject({
      type: 'error',
      code: 'bad_frame',
      message: 'seq must be at most the last one of this conversation, got 3',
    });
    reader.send({ type: 'read', peerId: a, seq: 0 });
    reader.send({ type: 'read', peerId: 'nobody-at-all', seq: 0 });
    expect(await marksOf(reader, a)).toEqual({ delivered: 0, read: 0, ownRead: 0 });
    expect(await marksOf(sender, b)).toEqual({ delivered: 2, read: 0, ownRead: 0 });
  });

  it('[MP-3.12] tells of a plain session’s confirmation, too, and of each peer', async () => {
    const [a, b] = newUsers();
    const [one, other] = [await openFull(`${a}?v=1`), await openFull(`${a}x?v=1`)];
    await send(one, b, 2);
    await send(other, b, 1);
    const plain = await node.open(b);
    await plain.nextOnes(3);
    const upTo = async (session: WsClient, delivered: number) => {
      for (;;) if ((await session.next()).delivered === delivered) return;
    };
    await upTo(one, 2);
    await upTo(other, 1);
  });

  it('[MP-3.12] tells what a device has that comes with a cursor of its own', async () => {
    const [a, b] = newUsers();
    const sender = await openFull(`${a}?v=1`);
    await send(sender, b, 40);
    await openFull(`${b}?v=1&device=restored&cursor=30`);
    expect(await sender.next()).toEqual({ type: 'receipt', peerId: b, delivered: 30 });
  });
});
