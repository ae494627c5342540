import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/client-events.js';
import { chromiumPath, startChromium } from '../support/mini-program/chromium.js';
import type { ChromiumPhone } from '../support/mini-program/chromium-phone.js';
import {
  converse,
  LIST,
  type Look,
  openConversation,
  scrollAndWatch,
  TEXT,
} from '../support/mini-program/long-conversation.js';
import { type RunningServer, startServer } from '../support/server.js';

describe.skipIf(chromiumPath === undefined)('a long conversation on a screen', () => {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const users = () => ({ A: newUser(), B: newUser() });
  /** For 200 ms: longer than the app needs to bring in what people come near to. */
  const PICTURES = 12;

  /** To the beginning, a screen at a time. */
  async function goUp(phone: ChromiumPhone, most: number): Promise<Look[]> {
    const looks: Look[] = [];
    while (looks.length < most) {
      const look = await scrollAndWatch(phone, -600, PICTURES);
      looks.push(look);
      if (look.scrollTop === 0 && (await phone.page.getByText('This is the beginning').count()) > 0) return looks;
    }
    return looks;
  }

  it('opens at its end, and goes up to its beginning without anything that is read moving', async () => {
    const { A, B } = users();
    await converse(server, B, A, 200);
    const phone = await openConversation(browser, server, A, B);
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    const looks = await goUp(phone, 60);
    expect(looks.filter(({ jumped, isFilled }) => jumped || !isFilled)).toEqual([]);
    expect(Math.max(...looks.map(({ lines }) => lines))).toBeLessThanOrEqual(200);
    expect(await phone.page.locator(TEXT).first().textContent()).toBe('message 1.');
    expect(await phone.errors()).toEqual([]);
  }, 60_000);

  it('comes back to what was read where the platform lets everything slip', async () => {
    const { A, B } = users();
    await converse(server, B, A, 100);
    const phone = await openConversation(browser, server, A, B);
    await phone.page.addStyleTag({ content: '* { overflow-anchor: none !important; }' });
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    const looks = await goUp(phone, 40);
    expect(looks.filter(({ movedBy }) => movedBy > 2)).toEqual([]);
    expect(await phone.page.locator(TEXT).first().textContent()).toBe('message 1.');
  }, 60_000);

  it('stays where it is read when something comes in, says so, and goes there', async () => {
    const { A, B } = users();
    const other = await converse(server, B, A, 80);
    const phone = await openConversation(browser, server, A, B);
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    await scrollAndWatch(phone, -700, PICTURES);
    other.send({ type: 'message', id: 'new', toUserId: A, message: 'the newest' });
    await phone.page.getByText('1 new').waitFor();
    expect((await scrollAndWatch(phone, 0, PICTURES)).movedBy).toBeLessThan(2);
    await phone.page.getByText('1 new').tap();
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    expect(await phone.page.locator(TEXT).last().textContent()).toBe('the newest');
    await expect.poll(() => phone.page.getByText('1 new').count()).toBe(0);
  });

  it('has the keyboard push the composer and the end of the list, and nothing else', async () => {
    const { A, B } = users();
    await converse(server, B, A, 60);
    const phone = await openConversation(browser, server, A, B, { device: { keyboard: 260 } });
    const { page } = phone;
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    const box = async (selector: string) => (await page.locator(selector).last().boundingBox()) ?? { y: 0, height: 0 };
    const list = await box(LIST);
    await page.locator('textarea').tap();
    await expect.poll(async () => (await box(LIST)).height).toBeLessThan(list.height - 200);
    expect((await box(LIST)).y).toBe(list.y);
    const field = await box('textarea');
    expect(field.y + field.height).toBeLessThan(667 - 260);
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    await page.locator('textarea').fill('one');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(TEXT).last().textContent()).toBe('one');
    await expect.poll(async () => (await scrollAndWatch(phone, 0, 1)).isAtBottom).toBe(true);
    expect(await page.locator('wx-keyboard').count()).toBe(1);
  });
});
