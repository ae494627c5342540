import { Script } from 'node:vm';
import { JSDOM, VirtualConsole } from 'jsdom';
import { atEnd } from '../meanwhile.js';
import type { Phone } from '../wx-stand-in.js';
import { windowBundle } from './build/bundle.js';
import { ColorScheme } from './color-scheme.js';
import { MINI_PROGRAM, programScript } from './folder.js';
import { JsdomScreen } from './jsdom-fingers.js';
import type { Theme } from './program.js';
import type { ScreenOptions, start } from './window/main.js';

export interface JsdomOptions extends Pick<ScreenOptions, 'device' | 'url'> {
  /** The folder of the mini-program; ours, unless another is given. */
  readonly root?: string;
  readonly theme?: Theme;
}

const scripts = new Map<string, Script>();

/**
 * The mini-program on `phone`, its real pages in a window without a picture: what is where cannot be asked, everything
 * else can. The window is closed when the test is over; a fault of a page that nobody looked at fails the test.
 */
export function openMiniProgram(phone: Phone, options: JsdomOptions = {}): JsdomScreen {
  const { root = MINI_PROGRAM, theme = 'light', ...rest } = options;
  const dom = new JSDOM('<!doctype html><html lang="zh-CN"><head></head><body></body></html>', {
    url: 'https://servicewechat.com/',
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole().sendTo(console),
  });
  const { window } = dom;
  const scheme = new ColorScheme(window, theme);
  const bundle = scriptOf('window', () => windowBundle('main.ts', 'miniProgram'));
  const program = scriptOf(root, () => programScript(root));
  const context = dom.getInternalVMContext();
  bundle.runInContext(context);
  const runner: { readonly start: typeof start } = window.miniProgram;
  const screen = runner.start({ ...rest, phone, program: program.runInContext(context) });
  const opened = new JsdomScreen(window, screen, scheme);
  atEnd(() => opened.close());
  return opened;
}

/** Compiled once, however many windows run it. */
function scriptOf(name: string, source: () => string): Script {
  const known = scripts.get(name);
  if (known) return known;
  const script = new Script(source(), { filename: name });
  scripts.set(name, script);
  return script;
}
