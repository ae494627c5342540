import { expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import { stopOneReader } from '../support/stopped-reader.js';

const MARGIN_MIB = 100;

it('[MP-3.6] one reader of 100 that stops for a while costs little memory, and everybody gets everything', async () => {
  const server = await startServer();
  const { calm, stopped, closed, missed } = await stopOneReader(server, {
    others: 99,
    perTick: 5,
    calmMs: 2_000,
    stoppedMs: 8_000,
  });
  expect([missed, closed]).toEqual([0, undefined]);
  expect(stopped.mib).toBeLessThan(calm.mib + MARGIN_MIB);
  await server.stop();
}, 60_000);
