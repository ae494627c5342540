import { expect, it } from 'vitest';
import { restartUnderLoad } from '../support/restarts.js';

const SESSIONS = 300;
const DRAIN_S = 2;

it('[MP-6.4] a restart under load loses nothing, doubles nothing, and brings every client back in time', async () => {
  const restart = await restartUnderLoad({
    sessions: SESSIONS,
    perSecond: 200,
    drainS: DRAIN_S,
    loadMs: 1_000,
    backoffCapMs: 1_000,
  });
  const { exitCode, awayMs, stopMs, sent, longestGapMs, longestAckMs } = restart;
  expect(restart).toMatchObject({
    acked: sent,
    failed: 0,
    lost: 0,
    twice: 0,
    outOfOrder: 0,
    sessionsLost: SESSIONS,
    sessionsBack: SESSIONS,
  });
  expect(sent).toBeGreaterThan(500);
  expect(exitCode).toBe(0);
  expect(stopMs).toBeLessThan(10_000);
  expect(longestGapMs).toBeLessThan(awayMs + DRAIN_S * 1_000 + 2_000);
  expect(longestAckMs).toBeLessThan(awayMs + DRAIN_S * 1_000 + 3_000);
}, 60_000);
