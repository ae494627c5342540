import { globalOptions } from 'glass-easel';
import type { MiniProgramPhone } from '../../wx-phone.js';
import type { Manifest, Program } from '../program.js';
import { Appearance } from './appearance.js';
import { Dialogs } from './dialogs.js';
import { Faults } from './faults.js';
import { type Device, Frame } from './frame.js';
import { Keyboard } from './keyboard.js';
import { LOOK } from './look.js';
import { Modules } from './modules.js';
import { type Parts, partsOf } from './parts.js';
import { type PageInstance, Router } from './router.js';
import { Themes } from './themes.js';
import { touchableDocument } from './touches.js';
import { wxOf } from './wx.js';

export interface ScreenOptions {
  readonly program: Program;
  readonly phone: Pick<MiniProgramPhone, 'wx' | 'timers'>;
  readonly device?: Partial<Device>;
  /** Another page than the first, with its query. */
  readonly url?: string;
}

/** A mini-program that runs in this window. */
export interface Screen {
  readonly faults: { readonly errors: readonly string[]; readonly warnings: readonly string[] };
  /** All pages that are open, the one on the screen last. */
  readonly pages: readonly PageInstance[];
  readonly app: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly toasts: readonly string[];
  /** Resolves when every page that was asked for is there. */
  settled(): Promise<void>;
}

const DEVICE: Device = { statusBar: 20, safeAreaBottom: 0, fontSize: 16, keyboard: 0, language: 'zh_CN' };

export function start({ program, phone, device: given, url }: ScreenOptions): Screen {
  const device = { ...DEVICE, ...given };
  const { manifest } = program;
  const faults = new Faults();
  globalOptions.writeIdToDOM = true;
  const styles = addStyles(manifest);
  const themes = new Themes(window, manifest.app.darkmode === true);
  const frame = new Frame(document, manifest, device, themes);
  const dialogs = new Dialogs(window);
  const keyboard = new Keyboard(window, device, frame.stack);
  const appearance = new Appearance(window, themes, device, frame);
  const parts: Parts = partsOf(program, {
    navigate: (openType, target, delta) => router.navigate(openType, target, delta),
    choose: (items) => dialogs.choose(items),
    setTitle: (title) => frame.setTitle(title),
    fontSize: () => device.fontSize,
    keyboard: keyboard.platform,
  });
  const backend = parts.env.associateBackend(touchableDocument(window));
  const router: Router = new Router(window, parts, backend, frame, styles, faults.guard);
  const first = url ?? `/${manifest.app.pages[0]}`;
  const launch = { path: first.slice(1).replace(/\?.*/, ''), query: {}, scene: 1001 };
  const wx = wxOf({ phone, dialogs, keyboard, appearance, router, launch });
  const { setTimeout, clearTimeout, setInterval } = phone.timers;
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval: clearTimeout };
  const modules = new Modules(program, parts.space, { wx, ...timers, getCurrentPages: () => router.pages });
  modules.run();
  const tellApp = (method: string, value?: unknown) => {
    const run = modules.app[method];
    if (typeof run === 'function') faults.guard(() => run.call(modules.app, value));
  };
  tellApp('onLaunch', launch);
  tellApp('onShow', launch);
  phone.wx.onAppShow(() => {
    tellApp('onShow', launch);
    router.show();
  });
  phone.wx.onAppHide(() => {
    router.hide();
    tellApp('onHide');
  });
  themes.changes.on((change) => tellApp('onThemeChange', change));
  router.start(first);
  return {
    faults,
    toasts: dialogs.toasts,
    settled: () => router.settled(),
    get pages() {
      return router.pages;
    },
    get app() {
      return modules.app;
    },
    get title() {
      return frame.titleText;
    },
  };
}

/** Those of pages are there only while the page is on the screen. */
function addStyles({ parts, styles }: Manifest): ReadonlyMap<string, HTMLStyleElement> {
  const ofPages = new Map<string, HTMLStyleElement>();
  for (const [path, css] of [['', LOOK] as const, ...Object.entries(styles)]) {
    const style = document.head.appendChild(document.createElement('style'));
    style.textContent = css;
    if (!parts[path]?.isPage) continue;
    style.media = 'not all';
    ofPages.set(path, style);
  }
  return ofPages;
}
