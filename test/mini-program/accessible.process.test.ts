import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/client-events.js';
import { chromiumPath, startChromium } from '../support/mini-program/chromium.js';
import type { ChromiumPhone } from '../support/mini-program/chromium-phone.js';
import { converse, openConversation } from '../support/mini-program/long-conversation.js';
import { type RunningServer, startServer } from '../support/server.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A page of a mini-program is no document, and nobody steers one by what stands on its buttons. */
const NOT_OURS = ['document-title', 'html-has-lang', 'meta-viewport', 'bypass', 'label-content-name-mismatch'];
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

describe.skipIf(chromiumPath === undefined)('for everybody', () => {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function faults(phone: ChromiumPhone): Promise<unknown> {
    await phone.page.evaluate(AXE);
    const rules = JSON.stringify(Object.fromEntries(NOT_OURS.map((rule) => [rule, { enabled: false }])));
    await phone.page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    return phone.page.evaluate(`axe.run('wx-stack', { runOnly: ${JSON.stringify(LEVELS)}, rules: ${rules} }).then(({ violations }) =>
      violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))`);
  }

  /** What a finger can hit is at least 44 px high and wide. */
  function small({ page }: ChromiumPhone): Promise<string[]> {
    return page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'wx-page:not([hidden]) [role=button], wx-page:not([hidden]) [role=tab], wx-page:not([hidden]) wx-input',
        ),
      ]
        .filter((each) => {
          const { width, height } = each.getBoundingClientRect();
          return width > 0 && (width < 44 || height < 44);
        })
        .map((each) => each.outerHTML.slice(0, 120)),
    );
  }

  for (const theme of ['light', 'dark'] as const)
    it(`every page has names for what can be touched, room for a finger and colours to be told apart, in ${theme}`, async () => {
      const [A, B] = [newUser(), newUser()];
      await converse(server, B, A, 12);
      const phone = await openConversation(browser, server, A, B, { theme });
      const { page } = phone;
      const found: Record<string, unknown> = {};
      const look = async (name: string) => {
        found[name] = [await faults(phone), await small(phone)];
      };
      await look('conversation');
      await page.getByLabel('Back').filter({ visible: true }).tap();
      await page.locator('.row').first().waitFor();
      await look('conversations');
      await page.locator('.add').tap();
      await page.locator('.components-sheet-sheet--close').waitFor();
      await look('new conversation');
      await page.locator('.components-sheet-sheet--close').tap();
      await page.locator('.me').tap();
      await page.locator('.settings').waitFor();
      await look('settings');
      await page.getByText('Log out').last().tap();
      await page.locator('wx-dialog footer button').last().tap();
      await page.locator('.server-line').waitFor();
      await look('login');
      const fine = [[], []];
      expect(found).toEqual({
        conversation: fine,
        conversations: fine,
        'new conversation': fine,
        settings: fine,
        login: fine,
      });
    }, 40_000);
});
