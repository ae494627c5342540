import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeNode, type Node } from '../support/node-suite.js';
import { clientFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';
import type { WsClient } from '../support/ws-client.js';

const MIB = 1024 * 1024;
/** Far more than the operating system holds at both ends, and the node's own bound, together. */
const MOST_BYTES = 128 * MIB;
/** How much more than before the node may have when all is over. */
const MEMORY_MARGIN = 112 * MIB;

describeNode('sessions that read slowly or not at all', (node) => {
  it('[MP-6.2] are closed 4408, told why once they read, and get everything before that in order', async () => {
    const [slow, sender] = [await node.open('slow'), await node.open('sender')];
    slow.pause();
    const sent = await sendUntilGone(sender, 'slow');
    expect(await sender.ask('ping')).toEqual({ type: 'pong' });

    slow.resume();
    let got = 0;
    let frame = await slow.next();
    for (; frame.type === 'message'; frame = await slow.next()) {
      expect(frame.message).toMatchObject({ number: got });
      got += 1;
    }
    expect(frame).toEqual({ type: 'error', code: 'slow', message: expect.any(String) });
    expect(await slow.ended).toEqual({ code: 4408, reason: 'slow' });
    expect(got).toBe(sent);
  });

  it('[MP-4.3] are closed when it is broadcasts that they do not read, and others get every one', async () => {
    const [slow, sender, witness] = [await node.open('slow'), await node.open('sender'), await node.open('witness')];
    slow.pause();
    const padding = 'x'.repeat(60_000);
    let number = 0;
    do {
      expect(number * padding.length).toBeLessThan(MOST_BYTES);
      sender.send({ message: { number, padding } });
      for (const session of [sender, witness]) expect((await session.next()).message).toMatchObject({ number });
      number += 1;
    } while (await isOnline(sender, 'slow'));
    slow.resume();
    expect([4408, 1006]).toContain((await slow.ended).code);
  });

  it.each<[what: string, offenders: number, frameOf: (user: string) => Buffer]>([
    [
      'messages to themselves',
      8,
      (user) => textFrame(JSON.stringify({ toUserId: user, ephemeral: true, message: 'x'.repeat(16_000) })),
    ],
    [
      'messages that are refused',
      2,
      () => textFrame(JSON.stringify({ toUserId: 'nobody', ephemeral: true, message: 'x' })),
    ],
    ['WebSocket-level pings', 2, () => clientFrame(OPCODE.ping, 'x'.repeat(125))],
  ])(
    'that send %s and never read: closed 4408 or cut off, and the memory comes back',
    async (_what, count, frameOf) => {
      const witness = await node.open('witness');
      const offend = async () => {
        const offenders = Array.from({ length: count }, (_each, i) => `offender-${i}`);
        const endings = await Promise.all(offenders.map((user) => sendWithoutReading(node, user, frameOf(user))));
        for (const ending of endings) expect(ending).toMatch(/^(close 4408 slow|cut off)$/);
        expect(await witness.ask('ping')).toEqual({ type: 'pong' });
      };
      // What a process takes the first time it keeps for the next.
      await offend();
      const before = residentBytes(node);
      await offend();
      await expect
        .poll(() => residentBytes(node) - before, { timeout: 10_000, interval: 100 })
        .toBeLessThan(MEMORY_MARGIN);
    },
  );
});

/** Sends numbered messages to `userId` until nobody is there any more; how many were taken. */
async function sendUntilGone(sender: WsClient, userId: string): Promise<number> {
  const padding = 'x'.repeat(60_000);
  for (let number = 0; number < 1_000; number += 1) {
    const answer = await sender.ask({
      id: String(number),
      toUserId: userId,
      ephemeral: true,
      message: { number, padding },
    });
    if (answer.code === 'not_found') return number;
    expect(answer).toMatchObject({ type: 'ack', delivered: 1 });
  }
  throw new Error(`${userId} reads nothing and is still online`);
}

/** Writes one frame again and again while nothing is read, until the node has had enough; then reads to the end. */
async function sendWithoutReading(node: Node, user: string, frame: Buffer): Promise<string> {
  const socket = await RawSocket.upgraded(node.server.port, `/websocket/${user}`);
  const asker = await node.open(`asker-of-${user}`);
  socket.pause();
  const batch = Buffer.concat(Array.from({ length: Math.ceil(MIB / frame.length) }, () => frame));
  for (let written = 0; await isOnline(asker, user); written += batch.length) {
    if (written > MOST_BYTES) throw new Error(`${user} has sent ${written} bytes, read nothing, and is still online`);
    if (!socket.write(batch)) await socket.writable();
  }
  socket.resume();
  const ending = await socket.ending();
  socket.destroy();
  await asker.leave();
  return ending;
}

async function isOnline(asker: WsClient, userId: string): Promise<boolean> {
  const { type } = await asker.ask({ id: 'online?', toUserId: userId, ephemeral: true, message: 'are you there?' });
  return type === 'ack';
}

function residentBytes({ server }: Node): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}
