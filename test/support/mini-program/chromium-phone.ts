import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { windowBundle } from './build/bundle.js';
import { MINI_PROGRAM, programScript } from './folder.js';
import type { Theme } from './program.js';
import type { BrowserOptions } from './window/browser.js';

export interface ChromiumOptions extends Omit<BrowserOptions, 'program'> {
  /** The folder of the mini-program; ours, unless another is given. */
  readonly root?: string;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the picture for each of the page. */
  readonly scale?: number;
}

const ORIGIN = 'http://mini-program.localhost';
const HTML = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"></head><body></body>
<script src="/-/window.js"></script><script src="/-/program.js"></script></html>`;

/** The mini-program on a phone of its own in `browser`: what is where, how it scrolls and looks. */
export async function openInChromium(browser: Browser, options: ChromiumOptions = {}): Promise<ChromiumPhone> {
  const { root = MINI_PROGRAM, theme = 'light', width = 375, height = 667, scale = 1, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: theme,
    isMobile: true,
    hasTouch: true,
  });
  await context.route(`${ORIGIN}/**`, (route) => route.fulfill(fileOf(root, new URL(route.request().url()).pathname)));
  const phone = new ChromiumPhone(context, await context.newPage(), rest);
  await phone.start();
  return phone;
}

/** `page` is the browser's own; what the phone does is said here. */
export class ChromiumPhone {
  private readonly thrown: string[] = [];

  constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly options: Omit<BrowserOptions, 'program'>,
  ) {
    page.on('pageerror', (error) => this.thrown.push(error.stack ?? error.message));
  }

  /** Starts the app, once more if it ran already; what it stored is there again. */
  async start(): Promise<void> {
    await this.page.goto(`${ORIGIN}/`);
    const options = JSON.stringify(this.options);
    await this.page.evaluate(`globalThis.running = miniProgram.startInBrowser({ ...${options}, program })`);
  }

  /** Asks what runs in the window, by an expression with `phone` and `screen` in it. */
  ask<Answer>(expression: string): Promise<Answer> {
    return this.page.evaluate(`(({ phone, screen }) => ${expression})(running)`);
  }

  /** The data of the page on the screen. */
  data(): Promise<Record<string, unknown>> {
    return this.ask('screen.pages.at(-1).data');
  }

  routes(): Promise<readonly string[]> {
    return this.ask('screen.pages.map(({ route }) => route)');
  }

  title(): Promise<string> {
    return this.ask('screen.title');
  }

  changeTheme(theme: Theme): Promise<void> {
    return this.page.emulateMedia({ colorScheme: theme });
  }

  /** What went wrong in a page so far. */
  async errors(): Promise<readonly string[]> {
    return [...this.thrown, ...(await this.ask<string[]>('screen.faults.errors'))];
  }

  warnings(): Promise<readonly string[]> {
    return this.ask('screen.faults.warnings');
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

let bundled: string | undefined;

/** What the window asks for: the page around all, its two scripts, and the files of the mini-program. */
function fileOf(root: string, path: string): NonNullable<Parameters<Route['fulfill']>[0]> {
  const script = (body: string) => ({ contentType: 'text/javascript', body });
  if (path === '/') return { contentType: 'text/html', body: HTML };
  if (path === '/-/program.js') return script(`globalThis.program = ${programScript(root)}`);
  if (path === '/-/window.js') {
    bundled ??= windowBundle('browser.ts', 'miniProgram', { ws: 'browser-socket.ts' });
    return script(bundled);
  }
  const file = join(root, path);
  return existsSync(file) ? { path: file } : { status: 404 };
}
