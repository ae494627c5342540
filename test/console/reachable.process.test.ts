import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { needChromium, type RunningBrowser, startChromium } from '../support/chromium.js';
import { type ConsolePage, openConsolePage } from '../support/console-page.js';
import { type RunningServer, startServer } from '../support/server.js';
import { SECRET, tokenOf } from '../support/tokens.js';

const chromium = needChromium();
const MOST_TABS = 60;

/** Of an element of a page, what is looked at there. */
interface Focusable {
  readonly ownerDocument: { readonly activeElement: unknown };
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element: Focusable) => element.ownerDocument.activeElement === element);
}

/** Goes there by the tab key alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < MOST_TABS; i += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_TABS} tabs, and not there: ${target}`);
}

describe.skipIf(chromium === undefined)('the web console of a server that asks for tokens', () => {
  let server: RunningServer;
  let browser: RunningBrowser;
  let console: ConsolePage;

  beforeAll(async () => {
    const env = { MINIM_AUTH: 'token', MINIM_JWT_SECRET: SECRET, NODE_ENV: 'production' };
    [server, browser] = await Promise.all([startServer({ env }), startChromium(chromium ?? '')]);
    console = await openConsolePage(browser, server.url);
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), browser?.stop()]);
  });

  it('says what it needs, and whom it did not believe', async () => {
    const { page } = console;
    await page.reload();
    const left = console.pane(1);
    await left.all.getByText('This server asks who you are').waitFor();
    await left.all.getByText('npx minim token --user A').waitFor();
    expect(await left.all.getByLabel('Token').getAttribute('type')).toBe('password');

    await left.all.getByLabel('Token').fill(await tokenOf('somebody-else'));
    await left.all.getByRole('button', { name: 'Connect' }).click();
    await left.all.getByText('The server did not accept that').waitFor();
  });

  it('can be used from the first to the last by keyboard alone', async () => {
    const { page } = console;
    await page.reload();
    const [left, right] = [console.pane(1), console.pane(2)];
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await isFocused(page.locator('main'))).toBe(true);
    for (const [pane, userId] of [
      [left, 'A'],
      [right, 'B'],
    ] as const) {
      await tabTo(page, pane.all.getByLabel('Token'));
      await page.keyboard.type(await tokenOf(userId));
      await tabTo(page, pane.all.getByRole('button', { name: 'Connect', exact: true }));
      await page.keyboard.press('Enter');
      await pane.is('online');
    }
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await right.is('network off');
    await page.keyboard.press('Space');
    await right.is('online');

    await tabTo(page, right.all.getByRole('radio', { name: 'User' }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, right.all.getByLabel('Name of the room'));
    await page.keyboard.press('Enter');
    await right.is('in lobby');
    await page.keyboard.type('anybody?');
    await page.keyboard.press('Enter');
    await right.sees('anybody?');

    await tabTo(page, page.getByRole('listbox'));
    await page.keyboard.press('End');
    await page.getByRole('region', { name: 'frame message' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Close' }));
    await page.keyboard.press('Enter');
    expect(await isFocused(page.getByRole('listbox'))).toBe(true);
  });

  it('shows no token among the frames', async () => {
    const { page } = console;
    await page
      .getByRole('option', { name: /to the server: token/ })
      .first()
      .click();
    expect(await page.getByRole('region', { name: 'frame token' }).innerText()).toContain('"token": "…"');
    expect(await page.content()).not.toContain((await tokenOf('A')).slice(0, 20));
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core objects to, in the %s', async (colorScheme) => {
    const { page } = console;
    await page.emulateMedia({ colorScheme });
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.emulateMedia({ colorScheme: null });
  });

  it('breaks no rule of its own policy, and no other', () => {
    expect(console.complaints).toEqual([]);
  });
});
