import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { chromiumPath, startChromium } from '../support/mini-program/chromium.js';
import { type ChromiumOptions, type ChromiumPhone, openInChromium } from '../support/mini-program/chromium-phone.js';

const root = join(import.meta.dirname, 'fixture');
const HEIGHT = 667;
const BAR = 20 + 44;

describe.skipIf(chromiumPath === undefined)('on a screen', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  async function open(options: ChromiumOptions = {}): Promise<ChromiumPhone> {
    const phone = await openInChromium(browser, { root, ...options });
    onTestFinished(() => phone.close());
    return phone;
  }

  const setData = (phone: ChromiumPhone, data: object) =>
    phone.ask<void>(`screen.pages.at(-1).setData(${JSON.stringify(data)})`);
  const items = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index, text: `item ${from + index}` }));
  const boxOf = async (phone: ChromiumPhone, selector: string) => {
    const box = await phone.page.locator(selector).boundingBox();
    if (!box) throw new Error(`${selector} is not on the screen`);
    return box;
  };

  it('a page lies between its bars, and 750 rpx are as wide as the phone', async () => {
    const phone = await open({ device: { safeAreaBottom: 34 } });
    const page = await boxOf(phone, '.first');
    expect(page).toMatchObject({ x: 0, y: BAR, width: 375 });
    const tabs = 50 + 34;
    expect(page.height).toBe(HEIGHT - BAR - tabs + 2 * 5);
    expect((await boxOf(phone, '.list')).height).toBe(200);
    const [style] = await phone.page.locator('.first').evaluateAll((all) => all.map((each) => getComputedStyle(each)));
    expect(style).toMatchObject({ paddingTop: '5px', paddingLeft: '10px' });
  });

  it('a list goes where its page says, tells where it is, and stays where it is read', async () => {
    const phone = await open();
    await setData(phone, { items: items(31, 60) });
    await setData(phone, { last: 'i60' });
    const list = await boxOf(phone, '.list');
    const last = () => boxOf(phone, '.list .item:last-child');
    await expect.poll(async () => (await last()).y).toBe(list.y + 200 - 30);
    const asked = await phone.ask<unknown>(`new Promise((resolve) => {
      screen.pages.at(-1).createSelectorQuery().select('.list').scrollOffset().exec(resolve);
    })`);
    expect(asked).toEqual([expect.objectContaining({ scrollHeight: 30 * 30, scrollTop: 30 * 30 - 200 })]);
    await phone.page.locator('.list').evaluate((element) => element.scrollTo(0, 40));
    await expect.poll(() => phone.ask('screen.pages.at(-1).calls')).toContain('upper');
    const before = await boxOf(phone, '.item >> text="item 40"');
    await setData(phone, { items: items(1, 60) });
    await expect.poll(async () => (await boxOf(phone, '.item >> text="item 40"')).y).toBe(before.y);
  });

  it('a finger taps and writes, and the page makes room for the keyboard', async () => {
    const phone = await open({ device: { keyboard: 300 } });
    await phone.page.locator('.name').tap();
    await phone.page.keyboard.type('你好 👋');
    await phone.page.keyboard.press('Enter');
    expect((await phone.data()).items).toMatchObject([{ text: '你好 👋' }]);
    await phone.page.locator('.item').tap();
    expect((await phone.data()).items).toMatchObject([{ done: true }]);
    await setData(phone, { gap: 700 });
    await phone.page.locator('.story textarea').focus();
    const field = await boxOf(phone, '.story');
    expect(field.y + field.height).toBeLessThanOrEqual(HEIGHT - 300);
    expect(await phone.errors()).toEqual([]);
  });

  it('it is dark when the phone is', async () => {
    const phone = await open({ theme: 'dark' });
    const colorOf = (selector: string) =>
      phone.page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(await colorOf('wx-page')).toBe('rgb(0, 0, 0)');
    expect(await colorOf('wx-bar')).toBe('rgb(17, 17, 17)');
    await phone.changeTheme('light');
    await expect.poll(() => colorOf('wx-bar')).toBe('rgb(255, 255, 255)');
    expect((await phone.ask<{ calls: unknown[] }>('screen.app')).calls).toContain('light');
  });

  it('what an app stored is there when it is started again', async () => {
    const phone = await open();
    await phone.ask(`phone.wx.setStorageSync('kept', { by: 'the app' })`);
    await phone.start();
    expect(await phone.ask(`phone.wx.getStorageSync('kept')`)).toEqual({ by: 'the app' });
  });

  it('a socket is a real one, and is gone when the app is suspended', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    server.on('connection', (socket) => socket.on('message', (text) => socket.send(`${text} yourself`)));
    const phone = await open({ phone: { suspendAfterMs: 1 } });
    const told = await phone.ask(`new Promise((resolve) => {
      const task = phone.wx.connectSocket({ url: 'ws://127.0.0.1:${(server.address() as AddressInfo).port}' });
      const told = [];
      task.onOpen(() => task.send({ data: 'hello' }));
      task.onMessage(({ data }) => {
        told.push(data);
        phone.hide().then(() => phone.show());
      });
      task.onClose(({ code }) => resolve([...told, code]));
    })`);
    expect(told).toEqual(['hello yourself', 1006]);
  });
});
