import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { DocCode } from '../support/doc-code.js';
import { startServerForTest } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

/** docs/deployment.md, as it says it, with another directory. */
const code = new DocCode('docs/deployment.md', () => '');
const run = promisify(execFile);

const BEFORE = 300;
const IN_FLIGHT = 20;

/** Sends one message after the other for as long as the session is open. */
async function sender(url: string) {
  const socket = await WsClient.open(url);
  let sent = 0;
  let acked = 0;
  const send = () => socket.send({ type: 'message', id: `m${++sent}`, toUserId: 'B', message: `message ${sent}` });
  const pump = async () => {
    for (let frame = await socket.nextUnlessClosed(); frame !== undefined; frame = await socket.nextUnlessClosed()) {
      expect(frame).toMatchObject({ type: 'ack' });
      acked += 1;
      send();
    }
  };
  for (let count = 0; count < IN_FLIGHT; count += 1) send();
  const pumped = pump();
  return {
    get acked() {
      return acked;
    },
    stop: async () => {
      socket.terminate();
      await pumped;
    },
  };
}

it('a backup that is made while messages are stored has all that were acked before it, and goes on under a new epoch', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minim-backup-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const env = { MINIM_DATA_DIR: directory, MINIM_DRAIN_S: '0' };
  const first = await startServerForTest({ env });
  const writing = await sender(`${first.ws}/websocket/A`);
  await expect.poll(() => writing.acked, { timeout: 8_000 }).toBeGreaterThan(BEFORE);
  const before = writing.acked;
  const command = code.read('backup').replaceAll('data/', `${directory}/`);
  await run('bash', ['-c', command]);
  const reached = writing.acked;
  // More than the copy can have: what was on its way to an ack may be in it too.
  await expect.poll(() => writing.acked, { timeout: 8_000 }).toBeGreaterThan(reached + IN_FLIGHT);
  await writing.stop();
  const reader = await WsClient.open(`${first.ws}/websocket/B?v=1&device=pad`);
  const { epoch: oldEpoch, head: oldHead } = await reader.next();
  reader.terminate();
  await first.stop();

  renameSync(join(directory, 'copy.db'), join(directory, 'minim.db'));
  for (const file of ['minim.db-wal', 'minim.db-shm']) rmSync(join(directory, file), { force: true });
  const database = new SQLite(join(directory, 'minim.db'), { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();

  const second = await startServerForTest({ env });
  const phone = await WsClient.open(`${second.ws}/websocket/B?v=1&device=phone&cursor=0`);
  const welcome = await phone.next();
  expect(welcome.epoch).not.toBe(oldEpoch);
  const head = Number(welcome.head);
  expect(head).toBeGreaterThanOrEqual(before);
  expect(head).toBeLessThan(Number(oldHead));
  const texts = (await phone.nextOnes(head)).map(({ message }) => message);
  expect(texts).toEqual(Array.from({ length: head }, (_, at) => `message ${at + 1}`));
  const pad = await WsClient.open(`${second.ws}/websocket/B?v=1&device=pad&cursor=${oldHead}&epoch=${oldEpoch}`);
  expect(await pad.nextOnes(2)).toMatchObject([{ type: 'welcome' }, { type: 'toolong', head }]);
});
