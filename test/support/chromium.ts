import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { need } from './apt.js';

/** Nothing that it does by itself: no calls to anybody, no first-run pages, no graphics card. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a page may go by, the same everywhere. Nothing moves, so that a picture is always the same picture. */
const STILL = { locale: 'en-US', colorScheme: 'light', reducedMotion: 'reduce' } as const;
const PAGE_WITHIN_MS = 15_000;

/** A real Chromium with a fresh profile. */
export interface RunningBrowser {
  /** A window of its own, with storage of its own: as another browser would be. */
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
  stop(): Promise<void>;
}

/** The path of Debian's Chromium, installed where that is possible; what `need` says where it is not. */
export function needChromium(): string | undefined {
  return need('chromium', 'chromium');
}

/** Without a window, with a profile that nobody used before. */
export function launchChromium(executablePath: string, more: LaunchOptions = {}): Promise<Browser> {
  const { flags = [], env = process.env } = more;
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags], env });
}

interface LaunchOptions {
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export async function startChromium(executablePath: string): Promise<RunningBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'minim-chromium-'));
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
  const browser = await launchChromium(executablePath, { env });
  return {
    open: async (options = {}) => {
      const context = await browser.newContext({ ...STILL, ...options });
      context.setDefaultTimeout(PAGE_WITHIN_MS);
      return context;
    },
    stop: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
