import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { RunningBrowser } from './chromium.js';

/** The web console in a window of its own, and what went wrong there. */
export interface ConsolePage {
  readonly page: Page;
  /** What the browser complained of: errors, warnings, what the page's policy forbids, and requests to anybody else. */
  readonly complaints: string[];
  pane(number: 1 | 2): Pane;
  /** Every frame since the page was opened. */
  frames(): Promise<number>;
  close(): Promise<void>;
}

/** One of the two users. */
export interface Pane {
  readonly all: Locator;
  readonly said: Locator;
  readonly state: Locator;
  connectAs(userId: string): Promise<void>;
  say(text: string): Promise<void>;
  choose(whom: 'User' | 'Everyone' | 'Room'): Promise<void>;
  /** Waits until it stands there. */
  sees(text: string | RegExp): Promise<void>;
  is(state: string | RegExp): Promise<void>;
}

export async function openConsolePage(
  browser: RunningBrowser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.open(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`asks elsewhere: ${request.url()}`);
  });
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return {
    page,
    complaints,
    pane: (number) => pane(page, number),
    frames: async () => Number(await page.locator('.count').getAttribute('data-frames')),
    close: () => context.close(),
  };
}

function pane(page: Page, number: 1 | 2): Pane {
  const all = page.locator('.pane').nth(number - 1);
  const said = all.getByRole('log');
  const state = all.locator('.state');
  return {
    all,
    said,
    state,
    connectAs: async (userId) => {
      await all.getByLabel('User id').fill(userId);
      await all.getByRole('button', { name: 'Connect', exact: true }).click();
      await state.getByText('online', { exact: false }).waitFor();
    },
    say: async (text) => {
      await all.getByLabel('Message').fill(text);
      await all.getByRole('button', { name: 'Send' }).click();
    },
    choose: (whom) => all.getByRole('radio', { name: whom }).check(),
    sees: (text) => said.getByText(text).first().waitFor(),
    is: (words) => state.filter({ hasText: words }).waitFor(),
  };
}
