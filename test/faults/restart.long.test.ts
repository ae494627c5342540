import { expect, it } from 'vitest';
import { restartUnderLoad } from '../support/restarts.js';

const SESSIONS = 5_000;
const PER_SECOND = 2_000;
const DRAIN_S = 20;

it(`[MP-6.4] a restart under ${SESSIONS} sessions and ${PER_SECOND} messages a second loses and doubles nothing`, async () => {
  const restart = await restartUnderLoad({
    sessions: SESSIONS,
    perSecond: PER_SECOND,
    drainS: DRAIN_S,
    loadMs: 10_000,
  });
  process.stdout.write(`a restart under load: ${JSON.stringify(restart)}\n`);
  const { exitCode, sent, acked, failed, lost, twice, outOfOrder, sessionsLost, sessionsBack } = restart;
  expect({ exitCode, acked, failed, lost, twice, outOfOrder }).toEqual({
    exitCode: 0,
    acked: sent,
    failed: 0,
    lost: 0,
    twice: 0,
    outOfOrder: 0,
  });
  expect(sessionsLost).toBeGreaterThanOrEqual(SESSIONS);
  expect(sessionsBack).toBe(sessionsLost);
});
