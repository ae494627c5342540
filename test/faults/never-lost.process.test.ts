import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type RunningServer, startAndFail, startServer } from '../support/server.js';
import { type Frame, WsClient } from '../support/ws-client.js';

const KILLS = 5;
const USERS = 4;
const BURST = 100;
const MOST = 20_000;

const directory = mkdtempSync(join(tmpdir(), 'minim-kills-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Sends numbered messages in bursts until the node has gone, and notes every ack. */
async function sendUntilKilled(server: RunningServer, name: string, acked: Map<string, Frame>): Promise<void> {
  const sender = await WsClient.open(`${server.ws}/websocket/sender-${name}`).catch(() => undefined);
  for (let number = 0; sender !== undefined && number < MOST; number += BURST) {
    for (let i = number; i < number + BURST; i += 1) {
      const id = `${name}-${i}`;
      sender.send({ type: 'message', id, toUserId: 'reader', message: id });
    }
    const ended = sender.ended.then(() => undefined);
    for (let i = 0; i < BURST; i += 1) {
      const ack = await Promise.race([sender.next(), ended]).catch(() => undefined);
      if (ack === undefined) return;
      acked.set(String(ack.id), ack);
    }
  }
}

it('[MP-3.1] has all that was acked, once and without holes, after the node was killed under load', async () => {
  const env = { MINIM_DATA_DIR: directory };
  const acked = new Map<string, Frame>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServer({ env });
    const killAt = 50 + Math.random() * 250;
    setTimeout(() => server.signal('SIGKILL'), killAt);
    const senders = Array.from({ length: USERS }, (_each, user) => sendUntilKilled(server, `${kill}-${user}`, acked));
    await Promise.all(senders);
    await server.stop('SIGKILL');
  }
  expect(acked.size).toBeGreaterThan(KILLS * 100);

  const server = await startServer({ env });
  const reader = await WsClient.open(`${server.ws}/websocket/reader?v=1&cursor=0`);
  const { head } = await reader.next();
  const inbox = await reader.nextOnes(Number(head));
  expect(inbox.map(({ cursor }) => cursor)).toEqual(inbox.map((_frame, i) => i + 1));
  const stored = new Map(inbox.map((frame) => [String(frame.message), frame]));
  expect(stored.size).toBe(inbox.length);
  for (const [id, ack] of acked) expect(stored.get(id)).toMatchObject({ messageId: ack.messageId, seq: ack.seq });
  await server.stop();
}, 60_000);

it('[MP-3.6] gives a full session that did not read for a while everything, in order, and keeps little for it', async () => {
  const server = await startServer();
  const reader = await WsClient.open(`${server.ws}/websocket/slow?v=1`);
  await reader.nextOnes(2);
  reader.pause();
  const sender = await WsClient.open(`${server.ws}/websocket/sender`);
  const padding = 'x'.repeat(10_000);
  const count = 1_500;
  for (let number = 0; number < count; number += 50) {
    for (let i = number; i < number + 50; i += 1) {
      sender.send({ type: 'message', id: `${i}`, toUserId: 'slow', message: { i, padding } });
    }
    for (const ack of await sender.nextOnes(50)) expect(ack.type).toBe('ack');
  }
  reader.resume();
  const got = await reader.nextOnes(count);
  expect(got.map(({ cursor }) => cursor)).toEqual(got.map((_frame, i) => i + 1));
  await server.stop();
}, 60_000);

it('refuses a data directory that another node has, and one that can’t be written, in one line', async () => {
  const server = await startServer({ env: { MINIM_DATA_DIR: directory } });
  const { code, log } = await startAndFail({ MINIM_DATA_DIR: directory });
  expect(code).toBe(1);
  expect(log.trim().split('\n').at(-1)).toMatch(/^minim: .*(in use|another)/);
  await server.stop();
});
