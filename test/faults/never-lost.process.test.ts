import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { NO_LOSSES } from '../support/losses.js';
import { startAndFail, startServer } from '../support/server.js';
import { killServersAndCompare } from '../support/server-kills.js';
import { WsClient } from '../support/ws-client.js';

/** The long tests do 200. */
const KILLS = 5;

const directory = mkdtempSync(join(tmpdir(), 'minim-kills-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('[MP-3.1] has all that was acked, once and without holes, after the node was killed at random moments under load', async () => {
  const { acked, ...losses } = await killServersAndCompare(directory, KILLS);
  expect(losses).toEqual(NO_LOSSES);
  expect(acked).toBeGreaterThan(KILLS * 10);
}, 120_000);

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

it('refuses a data directory that another node has, and one that can’t be made, in one line', async () => {
  const server = await startServer({ env: { MINIM_DATA_DIR: directory } });
  const impossible = [
    [directory, 'is in use by another process: stop that one'],
    ['/proc/none', 'cannot be made: ENOENT'],
    [join(directory, 'minim.db', 'data'), 'cannot be made: it is a file'],
  ] as const;
  await Promise.all(
    impossible.map(async ([path, because]) => {
      const { code, log } = await startAndFail({ MINIM_DATA_DIR: path });
      expect(code).toBe(1);
      expect(log.startsWith(`minim: the data directory ${path} ${because}`), log).toBe(true);
      expect(log.trim().split('\n')).toHaveLength(1);
    }),
  );
  await server.stop();
});
