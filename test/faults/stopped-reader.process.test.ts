import { expect, it } from 'vitest';
import { startServerForTest } from '../support/server.js';
import { stopOneReader } from '../support/stopped-reader.js';

const STOPPED_MS = 8_000;

it('[MP-3.6] one reader of 100 stops for a while: nobody waits for it, and everybody has everything in the end', async () => {
  const server = await startServerForTest();
  const { closed, missed, p99 } = await stopOneReader(server, {
    others: 99,
    perTick: 5,
    stoppedMs: STOPPED_MS,
    stops: true,
  });
  expect([missed, closed]).toEqual([0, undefined]);
  expect(p99).toBeLessThan(STOPPED_MS / 2);
  await server.stop();
}, 60_000);
