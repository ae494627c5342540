import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { killClientsAndCompare } from '../support/client-kills.js';
import { startServerForTest } from '../support/server.js';

const KILLS = 8;

const directory = mkdtempSync(join(tmpdir(), 'minim-apps-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('[MP-3.2] the client library tells everything in order and sends everything once, though its app is killed at random moments', async () => {
  const server = await startServerForTest({ env: { MINIM_DATA_DIR: join(directory, 'data') } });
  const { received, sent, repeated, ...rest } = await killClientsAndCompare(server, directory, KILLS);
  expect(rest).toEqual({ untold: 0, outOfOrder: 0, unheard: 0, arrivedWell: true, failures: [] });
  expect(repeated).toBeLessThanOrEqual(KILLS);
  // Else this would show nothing; how many there are is a matter of the machine.
  expect(Math.min(received, sent)).toBeGreaterThan(KILLS);
  await server.stop();
}, 60_000);
