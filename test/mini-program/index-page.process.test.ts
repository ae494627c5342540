import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUser } from '../support/client-events.js';
import type { JsdomScreen } from '../support/mini-program/jsdom-fingers.js';
import { openMiniProgram } from '../support/mini-program/jsdom-screen.js';
import { type RunningServer, startServer } from '../support/server.js';
import { Phone } from '../support/wx-stand-in.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function signedIn(userId: string): Promise<JsdomScreen> {
  const screen = openMiniProgram(new Phone());
  screen.type('#url', server.ws);
  screen.type('#userId', userId);
  screen.tap('Connect');
  await screen.appears(() => screen.find('.state-good'));
  return screen;
}

it('two people talk to each other on the real page', async () => {
  const A = newUser();
  const B = newUser();
  const [a, b] = await Promise.all([signedIn(A), signedIn(B)]);
  a.type('#toUserId', B);
  a.type('#text', '你好');
  a.tap('Send');
  await b.appears(() => b.find('.item-text')?.textContent === '你好');
  expect(b.find('.item-heading')?.textContent).toContain(`from ${A}`);
  await a.appears(() => a.find('.item-mine')?.textContent?.endsWith('sent'));
  expect([...a.warnings, ...b.warnings]).toEqual([]);
});
