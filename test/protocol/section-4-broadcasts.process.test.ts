import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { type Frame, WsClient } from '../support/ws-client.js';

describeNode('stored broadcasts', (node) => {
  let senders = 0;

  async function openFull(target: string): Promise<{ session: WsClient; welcome: Frame }> {
    const session = await node.open(target);
    return { session, welcome: await session.next() };
  }

  /** Broadcasts these texts, and returns their numbers. */
  async function broadcast(...texts: readonly string[]): Promise<number[]> {
    senders += 1;
    const { session } = await openFull(`sender${senders}?v=1`);
    for (const message of texts) session.send({ type: 'broadcast', id: message.slice(0, 20), message });
    const frames = await session.nextOnes(2 * texts.length);
    await session.leave();
    return frames.filter(({ type }) => type === 'ack').map(({ seq }) => Number(seq));
  }

  const seqs = (frames: readonly Frame[]) => frames.map(({ seq }) => seq);

  it('[MP-4.1] numbers them without holes, in one order for all, and stores one id once', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const session of [a, b]) for (let i = 0; i < 10; i += 1) session.send({ message: `${i}` });
    const [got, alsoGot] = [await a.nextOnes(20), await b.nextOnes(20)];
    const first = Number(got[0]?.seq);
    expect(seqs(got)).toEqual(got.map((_frame, i) => first + i));
    expect(alsoGot).toEqual(got);
    const frame = { type: 'broadcast', id: 'b1', message: { x: 1, y: 2 } };
    a.send(frame);
    const [ack] = (await a.nextOnes(2)).filter(({ type }) => type === 'ack');
    expect(await a.ask({ ...frame, message: { y: 2, x: 1 } })).toEqual({ ...ack, duplicate: true });
    expect(await a.ask({ ...frame, message: 'other' })).toMatchObject({ id: 'b1', code: 'conflict' });
    expect(await a.ask({ id: 'b1', toUserId: 'B', message: { x: 1, y: 2 } })).toMatchObject({ code: 'conflict' });
    expect(await b.next()).toMatchObject({ seq: ack?.seq });
    await node.nothingElseCame(a, b);
  });

  it('[MP-4.2] replays what was missed after the number given, then the live ones', async () => {
    const [known = 0, ...missed] = await broadcast('one', 'two', 'three');
    const { session, welcome } = await openFull(`C?v=1&broadcast=${known}`);
    expect(welcome).toMatchObject({ broadcast: missed.at(-1), broadcastFrom: known + 1 });
    expect(await session.nextOnes(2)).toMatchObject([
      { type: 'broadcast', seq: known + 1, message: 'two' },
      { type: 'broadcast', seq: known + 2, message: 'three' },
    ]);
    await broadcast('live');
    expect(await session.next()).toMatchObject({ seq: known + 3, message: 'live' });
    session.send('ping');
    expect(await session.next()).toMatchObject({ type: 'pong', broadcast: known + 3 });
  });

  it('[MP-4.2] leaves no window and doubles nothing while others broadcast', async () => {
    const [known = 0] = await broadcast('before');
    const sender = await node.open('busy');
    const COUNT = 200;
    const late: ReturnType<typeof openFull>[] = [];
    for (let sent = 0; sent < COUNT; sent += 1) {
      // On its way while the next ones are sent.
      if (sent % 4 === 0) late.push(openFull(`late${sent}?v=1&broadcast=${known}`));
      sender.send({ message: `${sent}` });
      await sender.next();
    }
    for (const { session } of await Promise.all(late)) {
      expect(seqs(await session.nextOnes(COUNT))).toEqual(Array.from({ length: COUNT }, (_each, i) => known + 1 + i));
    }
  });

  it('[MP-4.2] replays the newest 200 or 256 KiB, and says which is the first', async () => {
    const numbers = await broadcast(...Array.from({ length: 205 }, (_each, i) => `many ${i}`));
    const last = Number(numbers.at(-1));
    const { session, welcome } = await openFull('D?v=1&broadcast=0');
    expect(welcome).toMatchObject({ broadcast: last, broadcastFrom: last - 199 });
    expect(seqs(await session.nextOnes(200)).at(-1)).toBe(last);
    const large = await broadcast(...Array.from({ length: 6 }, (_each, i) => `${i}`.repeat(60_000)));
    const { welcome: fewer } = await openFull('D?v=1&broadcast=0');
    expect(fewer).toMatchObject({ broadcast: large.at(-1), broadcastFrom: Number(large.at(-1)) - 3 });
  });

  it('[MP-4.2] gives live ones only to whom asks for no more, and to plain sessions', async () => {
    const [last = 0] = await broadcast('missed');
    const { session, welcome } = await openFull('E?v=1');
    const plain = await node.open('E');
    expect(welcome).toMatchObject({ broadcast: last, broadcastFrom: last + 1 });
    await node.nothingElseCame(session, plain);
  });

  it('[MP-4.2] says toolong to a number above the last or of another epoch, and goes on from the head', async () => {
    const [last = 0] = await broadcast('known');
    const above = await openFull(`F?v=1&device=phone&broadcast=${last + 5}`);
    const other = await openFull('F?v=1&device=tablet&broadcast=0&epoch=other');
    // A number that is the last here too says nothing when it was given elsewhere.
    const same = await openFull(`F?v=1&device=watch&broadcast=${last}&epoch=other`);
    for (const [{ session, welcome }, from] of [
      [above, last + 6],
      [other, 1],
      [same, last + 1],
    ] as const) {
      expect(welcome).toMatchObject({ broadcast: last, broadcastFrom: last + 1 });
      expect(await session.next()).toEqual({ type: 'toolong', broadcast: true, from, floor: 0, head: last });
    }
    await node.nothingElseCame(above.session);
    expect(await node.refusal('F?v=1&broadcast=x')).toMatchObject({ status: 400 });
  });
});
