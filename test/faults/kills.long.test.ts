import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { NO_LOSSES } from '../support/losses.js';
import { killServersAndCompare } from '../support/server-kills.js';

const KILLS = 200;

const directory = mkdtempSync(join(tmpdir(), 'minim-kills-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it(`[MP-3.1] has all that was acked, once and without holes, after ${KILLS} kills of the node under load`, async () => {
  const { acked, ...losses } = await killServersAndCompare(directory, KILLS);
  process.stdout.write(`${KILLS} kills, ${acked} acked, ${JSON.stringify(losses)}\n`);
  expect(losses).toEqual(NO_LOSSES);
  expect(acked).toBeGreaterThan(KILLS * 100);
});
