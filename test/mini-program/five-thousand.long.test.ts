import { expect, it, onTestFinished } from 'vitest';
import { newUser } from '../support/client-events.js';
import { startChromium } from '../support/mini-program/chromium.js';
import { converse, openConversation, scrollAndWatch, TEXT } from '../support/mini-program/long-conversation.js';
import { startServerForTest } from '../support/server.js';

const COUNT = 5000;

it('5 000 messages are read from the last to the first and back, with never more than 200 of them in the view', async () => {
  const server = await startServerForTest();
  const browser = await startChromium();
  onTestFinished(() => browser.close());
  const [A, B] = [newUser(), newUser()];
  await converse(server, B, A, COUNT);
  const phone = await openConversation(browser, server, A, B);
  await expect.poll(async () => (await scrollAndWatch(phone, 0, 30)).isAtBottom).toBe(true);
  const looks = [];
  for (;;) {
    const look = await scrollAndWatch(phone, -1200, 15);
    looks.push(look);
    if (look.scrollTop === 0 && (await phone.page.getByText('This is the beginning').count()) > 0) break;
  }
  expect(await phone.page.locator(TEXT).first().textContent()).toBe('message 1.');
  for (let step = 0; step < 200; step++) {
    const look = await scrollAndWatch(phone, 20_000, 15);
    looks.push(look);
    if (look.isAtBottom) break;
  }
  expect(await phone.page.locator(TEXT).last().textContent()).toBe(`message ${COUNT}.`);
  expect(Math.max(...looks.map(({ lines }) => lines))).toBeLessThanOrEqual(200);
  expect(looks.filter(({ movedBy }) => movedBy > 2)).toEqual([]);
  expect(looks.filter(({ isFilled }) => !isFilled)).toEqual([]);
}, 600_000);
