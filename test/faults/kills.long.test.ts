import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killClientsAndCompare } from '../support/client-kills.js';
import { NO_LOSSES } from '../support/losses.js';
import { startServerForTest } from '../support/server.js';
import { killServersAndCompare } from '../support/server-kills.js';

const KILLS = 200;
const CLIENT_KILLS = 100;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minim-kills-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it(`[MP-3.1] has all that was acked, once and without holes, after ${KILLS} kills of the node under load`, async () => {
  const { acked, ...losses } = await killServersAndCompare(directory, KILLS);
  process.stdout.write(`${KILLS} kills, ${acked} acked, ${JSON.stringify(losses)}\n`);
  expect(losses).toEqual(NO_LOSSES);
  expect(acked).toBeGreaterThan(KILLS * 100);
});

it(`[MP-3.2] the client library tells and sends everything, though its app is killed ${CLIENT_KILLS} times`, async () => {
  const server = await startServerForTest({ env: { MINIM_DATA_DIR: join(directory, 'data') } });
  const { received, sent, repeated, ...rest } = await killClientsAndCompare(server, directory, CLIENT_KILLS);
  process.stdout.write(`${CLIENT_KILLS} kills, ${received} received, ${sent} sent, ${repeated} told again\n`);
  expect(rest).toEqual({ untold: 0, outOfOrder: 0, unheard: 0, arrivedWell: true, failures: [] });
  expect(repeated).toBeLessThanOrEqual(CLIENT_KILLS);
  await server.stop();
});
