import { expect, it } from 'vitest';
import { startServerForTest } from '../support/server.js';
import { type StoppedReader, stopOneReader } from '../support/stopped-reader.js';

/** A third of what is sent to the reader while it does not read. */
const MARGIN_MIB = 60;

async function run(stops: boolean): Promise<StoppedReader> {
  const server = await startServerForTest();
  const figures = await stopOneReader(server, { others: 999, perTick: 20, stoppedMs: 60_000, stops });
  await server.stop();
  process.stdout.write(`a reader ${stops ? 'stopped' : 'not stopped'}: ${JSON.stringify(figures)}\n`);
  return figures;
}

it('[MP-3.6] one reader of 1 000 that stops for a minute costs the others nothing, and gets everything afterwards', async () => {
  const calm = await run(false);
  const stopped = await run(true);
  expect([calm.missed, calm.closed]).toEqual([0, undefined]);
  expect([stopped.missed, stopped.closed]).toEqual([0, 4408]);
  expect(stopped.mib).toBeLessThan(calm.mib + MARGIN_MIB);
  // Noise of a machine that others use too; a node that waited for the one would take seconds.
  expect(stopped.p99).toBeLessThan(3 * calm.p99 + 50);
});
