import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chromiumPath, needFonts, startChromium } from '../mini-program/chromium.js';
import { type RunningServer, startServerForTest } from '../server.js';
import { type Look, nameOf } from './looks.js';

const ROOT = join(import.meta.dirname, '../../..');
/** Every picture; not committed. */
const ALL = join(ROOT, 'screenshots');
/** Those that the documentation shows. */
const CHOSEN = join(ROOT, 'docs/images');

export interface Stage {
  readonly look: Look;
  readonly browser: Browser;
  /** Nobody has been here before: each telling has a server of its own. */
  readonly server: RunningServer;
  /** Takes a picture. */
  shoot(page: Page, name: string): Promise<void>;
}

export interface Story {
  readonly looks: readonly Look[];
  /** The pictures that the documentation shows, by their name in `screenshots/`: the name they have there. */
  readonly chosen?: Readonly<Record<string, string>>;
  tell(stage: Stage): Promise<void>;
}

/** Tells a story once on each look, and takes its pictures: `screenshots/<title>/<name>-<look>.png`. */
export function story(title: string, { looks, chosen = {}, tell }: Story): void {
  const canTell = chromiumPath !== undefined && needFonts();
  describe.skipIf(!canTell)(title, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startChromium();
    });
    afterAll(() => browser?.close());

    for (const look of looks)
      it(nameOf(look), async () => {
        const server = await startServerForTest();
        await tell({
          look,
          browser,
          server,
          shoot: (page, name) => shoot(page, title, `${name}-${nameOf(look)}`, chosen),
        });
      });
  });
}

async function shoot(page: Page, title: string, name: string, chosen: Readonly<Record<string, string>>): Promise<void> {
  const path = join(ALL, title, `${name}.png`);
  await page.evaluate('document.fonts.ready.then(() => {})');
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const shown = chosen[name];
  if (shown === undefined) return;
  mkdirSync(CHOSEN, { recursive: true });
  copyFileSync(path, join(CHOSEN, `${shown}.png`));
}
