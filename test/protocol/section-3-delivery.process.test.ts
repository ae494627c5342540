import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { clientFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';
import { type Frame, WsClient } from '../support/ws-client.js';

describeNode('stored messages', (node) => {
  let users = 0;
  /** Users that no other test has, because their inboxes outlive it. */
  const newUsers = (): [string, string] => {
    users += 1;
    return [`a${users}`, `b${users}`];
  };

  /** A full session and its welcome. */
  async function openFull(target: string): Promise<{ session: WsClient; welcome: Frame }> {
    const session = await WsClient.open(`${node.server.ws}/websocket/${target}`);
    return { session, welcome: await session.next() };
  }

  async function store(fromUserId: string, toUserId: string, texts: readonly string[]): Promise<Frame[]> {
    const sender = await node.open(fromUserId);
    for (const message of texts) sender.send({ type: 'message', id: message, toUserId, message });
    const acks: Frame[] = [];
    // The sender may have messages waiting, too.
    while (acks.length < texts.length) acks.push(...(await sender.nextOnes(1)).filter(({ type }) => type === 'ack'));
    await sender.leave();
    return acks;
  }

  const texts = (count: number) => Array.from({ length: count }, (_each, i) => `text ${i + 1}`);

  it('[MP-3.1] acks a message to somebody who is not there, who gets it on coming', async () => {
    const [a, b] = newUsers();
    const sender = await node.open(a);
    const ack = await sender.ask({ type: 'message', id: 'm1', toUserId: b, message: { hello: 'world' } });
    expect(ack).toEqual({
      type: 'ack',
      id: 'm1',
      messageId: expect.any(String),
      seq: 1,
      sentAt: expect.any(Number),
      cursor: 1,
    });
    const { messageId, sentAt } = ack;
    const delivered = {
      type: 'message',
      messageId,
      seq: 1,
      fromUserId: a,
      toUserId: b,
      message: { hello: 'world' },
      sentAt,
    };
    expect(await (await node.open(b)).next()).toEqual(delivered);
    const { session } = await openFull(`${b}?v=1&cursor=0`);
    expect(await session.nextOnes(2)).toEqual([
      { ...delivered, cursor: 1 },
      { type: 'synced', cursor: 1 },
    ]);
  });

  it('[MP-2.15] delivers live with the numbers, and the id to the sender’s own devices alone', async () => {
    const [a, b] = newUsers();
    const { session: full } = await openFull(`${b}?v=1`);
    const { session: own } = await openFull(`${a}?v=1`);
    for (const session of [full, own]) expect(await session.next()).toEqual({ type: 'synced', cursor: 0 });
    const plain = await node.open(b);
    const sender = await node.open(a);
    const { messageId, sentAt } = await sender.ask({ id: 'm1', toUserId: b, message: 'hello' });
    const message = { type: 'message', messageId, seq: 1, fromUserId: a, toUserId: b, message: 'hello', sentAt };
    expect(await full.next()).toEqual({ ...message, cursor: 1 });
    expect(await own.next()).toEqual({ ...message, cursor: 1, id: 'm1' });
    expect(await plain.next()).toEqual(message);
  });

  it('[MP-3.2] stores one id once, also within one burst; other content is a conflict', async () => {
    const [a, b] = newUsers();
    const sender = await node.open(a);
    const frame = { type: 'message', id: 'm1', toUserId: b, message: { x: 1, y: 2 } };
    sender.send(frame);
    sender.send({ ...frame, message: { y: 2, x: 1 } });
    sender.send({ ...frame, message: 'other' });
    const [first, second, third] = await sender.nextOnes(3);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(third).toMatchObject({ type: 'error', id: 'm1', code: 'conflict' });
    await sender.leave();
    const again = await node.open(a);
    expect(await again.ask(frame)).toEqual({ ...first, duplicate: true });
    const { welcome } = await openFull(`${b}?v=1`);
    expect(welcome.head).toBe(1);
  });

  it('[MP-3.3] numbers both inboxes and the conversation without holes, in the order sent', async () => {
    const [a, b] = newUsers();
    const acks = await store(a, b, texts(50));
    expect(acks.map(({ seq, cursor }) => [seq, cursor])).toEqual(texts(50).map((_text, i) => [i + 1, i + 1]));
    await store(a, a, ['to myself']);
    const { session, welcome } = await openFull(`${a}?v=1&cursor=0`);
    expect(welcome.head).toBe(51);
    const got = await session.nextOnes(51);
    expect(got.map(({ cursor }) => cursor)).toEqual(got.map((_frame, i) => i + 1));
    expect(got.map(({ message }) => message)).toEqual([...texts(50), 'to myself']);
  });

  it('[MP-3.4] lets an ack take its place on the sending full session, and sends back what had no id', async () => {
    const [a, b] = newUsers();
    const { session } = await openFull(`${a}?v=1`);
    await session.next();
    session.send({ type: 'message', id: 'm1', toUserId: b, message: 'with an id' });
    session.send({ type: 'message', toUserId: b, message: 'without' });
    session.send({ type: 'message', id: 'm3', toUserId: a, message: 'to myself' });
    expect(await session.nextOnes(3)).toMatchObject([
      { type: 'ack', cursor: 1 },
      { type: 'message', cursor: 2, message: 'without' },
      { type: 'ack', cursor: 3 },
    ]);
    session.send({ type: 'ping', cursor: 3 });
    expect(await session.next()).toMatchObject({ type: 'pong', head: 3 });
  });

  it('[MP-3.5] catches up in order, page after page, says once that it is level, and is live from there', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(250));
    const { session } = await openFull(`${b}?v=1&cursor=0`);
    const sender = await node.open(a);
    sender.send({ toUserId: b, message: 'live' });
    const got = (await session.nextOnes(252)).filter(({ type }) => type === 'message');
    expect(got.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 251 }, (_each, i) => i + 1));
    expect(got.at(-1)).toMatchObject({ message: 'live' });
  });

  it('[MP-1.18] goes on from the cursor that a full session gives, and refuses one that is no number', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(3));
    const { session, welcome } = await openFull(`${b}?v=1&device=phone&cursor=2`);
    expect(welcome).toMatchObject({ head: 3, cursor: 2 });
    expect(await session.nextOnes(2)).toMatchObject([
      { type: 'message', cursor: 3 },
      { type: 'synced', cursor: 3 },
    ]);
    const again = await openFull(`${b}?v=1&device=other&cursor=1&epoch=${welcome.epoch}`);
    expect(again.welcome).toMatchObject({ cursor: 1 });
    for (const cursor of ['-1', '1.5', 'x', '9007199254740992', '']) {
      expect(await node.refusal(`${b}?v=1&cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('cursor must be an integer') },
      });
    }
  });

  it('[MP-3.8] begins at the stored cursor of the device, else at the delivered mark', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(5));
    const { session: phone, welcome } = await openFull(`${b}?v=1&device=phone`);
    expect(welcome).toMatchObject({ head: 5, cursor: 0 });
    await phone.nextOnes(6);
    phone.send({ type: 'received', cursor: 3 });
    phone.send({ type: 'ping', cursor: 2 });
    expect(await phone.next()).toMatchObject({ type: 'pong' });
    expect(await phone.ask({ type: 'received', cursor: 6 })).toMatchObject({
      code: 'bad_frame',
      message: 'cursor must be at most 5, the last number sent here, got 6',
    });
    await phone.leave();
    await expect.poll(async () => (await openFull(`${b}?v=1&device=phone`)).welcome.cursor).toBe(3);
    const { session: tablet, welcome: atTheMark } = await openFull(`${b}?v=1&device=tablet`);
    expect(atTheMark.cursor).toBe(3);
    await tablet.nextOnes(3);
    tablet.send({ type: 'ping', cursor: 5 });
    await tablet.next();
    // The phone still has its own place.
    expect((await openFull(`${b}?v=1&device=phone`)).welcome.cursor).toBe(3);
  });

  it('[MP-3.8] takes a WebSocket-level pong for a plain session’s confirmation, and nothing else', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(3));
    const silent = await RawSocket.upgraded(node.server.port, `/websocket/${b}`);
    for (const text of texts(3)) expect(await silent.json()).toMatchObject({ message: text });
    // It answers no ping, though it is alive and says so.
    silent.write(clientFrame(OPCODE.pong));
    silent.write(textFrame('ping'));
    silent.destroy();
    const plain = await node.open(b);
    expect((await plain.nextOnes(3)).map(({ message }) => message)).toEqual(texts(3));
    await plain.ping();
    await plain.leave();
    await expect.poll(async () => (await openFull(`${b}?v=1`)).welcome.cursor).toBe(3);
  });

  it('[MP-3.8] gives a plain session all that waited, in pages that wait for the pong', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(130));
    const plain = await node.open(b);
    expect((await plain.nextOnes(130)).map(({ message }) => message)).toEqual(texts(130));
  });

  it('[MP-3.9] takes back a message of one’s own, on both sides, and not somebody else’s', async () => {
    const [a, b] = newUsers();
    const [stored] = await store(a, b, ['oh no']);
    const messageId = String(stored?.messageId);
    const { session: reader } = await openFull(`${b}?v=1`);
    await reader.nextOnes(2);
    const sender = await node.open(a);
    const other = await node.open(b);
    await other.next();
    const foreign = await other.ask({ type: 'recall', id: 'r', messageId });
    expect(foreign).toMatchObject({ code: 'not_found' });
    expect(await sender.ask({ type: 'recall', id: 'r', messageId: 'nothing' })).toEqual(foreign);
    expect(await sender.ask({ type: 'recall', id: 'r1', messageId })).toMatchObject({ type: 'ack', cursor: 2, seq: 1 });
    const recalled = { type: 'recalled', messageId, seq: 1, fromUserId: a, toUserId: b };
    expect(await reader.next()).toEqual({ ...recalled, cursor: 2 });
    expect(await other.next()).toEqual(recalled);
    const { session: later } = await openFull(`${b}?v=1&cursor=0`);
    expect(await later.nextOnes(2)).toEqual([
      { ...recalled, cursor: 1 },
      { ...recalled, cursor: 2 },
    ]);
    reader.send({ type: 'history', id: 'h', peerId: a });
    expect(await reader.next()).toMatchObject({ items: [{ messageId, seq: 1, recalled: true }] });
  });

  it('[MP-3.10] says toolong to a cursor of another epoch or above the head, and goes on from the head', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(3));
    for (const place of ['cursor=1&epoch=other', 'cursor=9']) {
      const { session, welcome } = await openFull(`${b}?v=1&${place}`);
      expect(welcome).toMatchObject({ head: 3, cursor: 3 });
      const from = place === 'cursor=9' ? 10 : 2;
      expect(await session.nextOnes(2)).toEqual([
        { type: 'toolong', from, floor: 0, head: 3 },
        { type: 'synced', cursor: 3 },
      ]);
    }
  });

  it('[MP-3.11] passes over a message that ran out before it was delivered', async () => {
    const [a, b] = newUsers();
    const sender = await node.open(a);
    const { messageId } = await sender.ask({ id: 'm1', toUserId: b, message: 'now or never', ttlS: 0 });
    await expect
      .poll(async () => (await openFull(`${b}?v=1&cursor=0`)).session.next())
      .toEqual({ type: 'recalled', messageId, cursor: 1, seq: 1, fromUserId: a, toUserId: b });
  });

  it('[MP-2.23] gives a conversation newest first, page by page', async () => {
    const [a, b] = newUsers();
    await store(a, b, texts(5));
    await store(b, a, ['answer']);
    const { session } = await openFull(`${b}?v=1&cursor=6`);
    await session.next();
    const page = await session.ask({ type: 'history', id: 'h1', peerId: a, limit: 2 });
    expect(page).toMatchObject({ type: 'history', id: 'h1', peerId: a, more: true, ownRead: 0, read: 0 });
    expect(page.items).toMatchObject([
      { seq: 6, message: 'answer', id: 'answer' },
      { seq: 5, message: 'text 5', fromUserId: a },
    ]);
    expect(JSON.stringify(page)).not.toContain('"id":"text 5"');
    const older = await session.ask({ type: 'history', id: 'h2', peerId: a, before: 5 });
    expect((older.items as Frame[]).map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(older.more).toBe(false);
    for (const limit of [0, 201]) {
      expect(await session.ask({ type: 'history', id: 'h', peerId: a, limit })).toMatchObject({
        code: 'bad_frame',
        id: 'h',
      });
    }
    expect(await session.ask({ type: 'history', id: 'h' })).toMatchObject({ code: 'bad_frame' });
  });

  it('[MP-2.24] gives a user’s conversations, latest first, with what is unread', async () => {
    const [a, b] = newUsers();
    await store('somebody', b, ['first']);
    await store(a, b, texts(3));
    const { session } = await openFull(`${b}?v=1&cursor=4`);
    await session.next();
    const { items, more } = await session.ask({ type: 'conversations', id: 'c' });
    expect(items).toMatchObject([
      { peerId: a, unread: 3, cursor: 4, last: { seq: 3, message: 'text 3' } },
      { peerId: 'somebody', unread: 1, cursor: 1 },
    ]);
    expect(more).toBe(false);
    const page = await session.ask({ type: 'conversations', id: 'c2', before: 4 });
    expect((page.items as Frame[]).map(({ peerId }) => peerId)).toEqual(['somebody']);
  });

  it('[MP-2.24] answers at most 8 questions at once', async () => {
    const [a, b] = newUsers();
    const { session } = await openFull(`${b}?v=1`);
    await session.next();
    session.sendTogether(Array.from({ length: 30 }, (_, i) => ({ type: 'history', id: `${i}`, peerId: a })));
    const answers = await session.nextOnes(30);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(30);
    expect(answers.filter(({ code }) => code === 'rate_limited').length).toBeGreaterThan(0);
    expect(answers.filter(({ type }) => type === 'history').length).toBeGreaterThanOrEqual(8);
  });

  it('[MP-2.25] tells full sessions that somebody is typing', async () => {
    const [a, b] = newUsers();
    const { session: reader } = await openFull(`${b}?v=1`);
    await reader.next();
    const { session: writer } = await openFull(`${a}?v=1`);
    writer.send({ type: 'typing', toUserId: b });
    expect(await reader.next()).toEqual({ type: 'typing', fromUserId: a });
  });
});
