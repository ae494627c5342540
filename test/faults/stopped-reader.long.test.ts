import { expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import { stopOneReader } from '../support/stopped-reader.js';

const MARGIN_MIB = 100;

it('[MP-3.6] one reader of 1 000 that stops for a minute costs the others nothing, and gets everything afterwards', async () => {
  const server = await startServer();
  const { calm, stopped, closed, missed, sent } = await stopOneReader(server, {
    others: 999,
    perTick: 20,
    calmMs: 20_000,
    stoppedMs: 60_000,
  });
  process.stdout.write(
    `stopped reader: ${sent} messages; calm ${JSON.stringify(calm)}, stopped ${JSON.stringify(stopped)}\n`,
  );
  expect([missed, closed]).toEqual([0, 4408]);
  expect(stopped.mib).toBeLessThan(calm.mib + MARGIN_MIB);
  // Noise of a machine that others use too; a node that waited for the one would take seconds.
  expect(stopped.p99).toBeLessThan(3 * calm.p99 + 50);
  await server.stop();
});
