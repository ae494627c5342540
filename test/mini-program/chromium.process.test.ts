import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { chromiumPath, startChromium } from '../support/mini-program/chromium.js';
import { type ChromiumOptions, type ChromiumPhone, openInChromium } from '../support/mini-program/chromium-phone.js';

const root = join(import.meta.dirname, 'fixture');

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

  it('x', async () => {
    const t = performance.now();
    const phone = await open({ device: { safeAreaBottom: 34, keyboard: 300 } });
    console.log(performance.now() - t);
    await phone.page.locator('.name').tap();
    await phone.page.locator('.name input').fill('Ann');
    await phone.page.screenshot({ path: '/tmp/runner-1.png' });
    await phone.page.keyboard.press('Enter');
    await phone.page.getByText('To the second').tap();
    await phone.page.getByText('Replace').waitFor();
    await phone.page.screenshot({ path: '/tmp/runner-2.png' });
    console.log(await phone.routes(), await phone.errors(), await phone.warnings());
    console.log(performance.now() - t);
  });
});
