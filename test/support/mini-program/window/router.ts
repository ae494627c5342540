import type { Root } from 'glass-easel-miniprogram-adapter';
import { PlatformRefusal, wxCall } from '../../wx-calls.js';
import type { Frame } from './frame.js';
import type { Parts } from './parts.js';

/** As WeChat documents it. */
const MOST_PAGES = 10;

/** A page that is open, as its own code sees it. */
export interface PageInstance {
  readonly data: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

interface OpenPage {
  readonly path: string;
  readonly root: Root;
  readonly instance: PageInstance;
  readonly element: HTMLElement;
}

interface UrlOptions {
  readonly url: string;
}

/** The pages that lie upon each other. Where they go is decided one step after another, never within a page's own call. */
export class Router {
  private readonly stack: OpenPage[] = [];
  private readonly kept = new Map<string, OpenPage>();
  private steps: Promise<void> = Promise.resolve();

  constructor(
    private readonly window: Window & typeof globalThis,
    private readonly parts: Parts,
    private readonly backend: ReturnType<Parts['env']['associateBackend']>,
    private readonly frame: Frame,
    private readonly styles: ReadonlyMap<string, HTMLStyleElement>,
    private readonly guard: (act: () => unknown) => void,
  ) {
    frame.go = {
      back: () => void this.wx.navigateBack({}),
      tab: (path) => void this.wx.switchTab({ url: `/${path}` }),
    };
  }

  readonly wx = {
    navigateTo: wxCall('navigateTo', ({ url }: UrlOptions) => this.step(() => this.push(url))),
    redirectTo: wxCall('redirectTo', ({ url }: UrlOptions) => this.step(() => this.replace(url))),
    reLaunch: wxCall('reLaunch', ({ url }: UrlOptions) => this.step(() => this.launch(url))),
    switchTab: wxCall('switchTab', ({ url }: UrlOptions) => this.step(() => this.tab(url))),
    navigateBack: wxCall('navigateBack', ({ delta = 1 }: { readonly delta?: number }) =>
      this.step(() => this.back(delta)),
    ),
  };

  get pages(): readonly PageInstance[] {
    return this.stack.map(({ instance }) => instance);
  }

  get top(): OpenPage | undefined {
    return this.stack.at(-1);
  }

  /** As `navigator` asks for it. */
  navigate(openType: string, url: string, delta: number): void {
    const { navigateTo, redirectTo, reLaunch, switchTab, navigateBack } = this.wx;
    if (openType === 'navigateBack') void navigateBack({ delta });
    else if (openType === 'redirect') void redirectTo({ url });
    else if (openType === 'reLaunch') void reLaunch({ url });
    else if (openType === 'switchTab') void switchTab({ url });
    else void navigateTo({ url });
  }

  /** Opens the first page, or another one with its query. */
  start(url: string): void {
    this.open(url);
  }

  /** Resolves when all steps so far are done. */
  settled(): Promise<void> {
    return this.steps;
  }

  /** Every page is gone, as when the app is closed. */
  close(): void {
    for (const page of [...this.stack, ...this.kept.values()]) this.drop(page);
    this.stack.length = 0;
    this.kept.clear();
  }

  hide(): void {
    if (this.top) this.tell(this.top, 'onHide', 'hide');
  }

  show(): void {
    if (this.top) this.tell(this.top, 'onShow', 'show');
  }

  private step(act: () => void): Promise<void> {
    const done = this.steps.then(() => new Promise<void>((resolve) => this.window.setTimeout(resolve))).then(act);
    this.steps = done.catch(() => {});
    return done;
  }

  private push(url: string): void {
    if (this.stack.length >= MOST_PAGES) throw new PlatformRefusal('webview count limit exceed');
    if (this.frame.tabIndex(this.pathOf(url)) !== -1) throw new PlatformRefusal('can not navigateTo a tabbar page');
    this.leave();
    this.open(url);
  }

  private replace(url: string): void {
    if (this.frame.tabIndex(this.pathOf(url)) !== -1) throw new PlatformRefusal('can not redirectTo a tabbar page');
    this.pathOf(url);
    const page = this.stack.pop();
    if (page) this.drop(page);
    this.open(url, page?.path);
  }

  private launch(url: string): void {
    const from = this.top?.path;
    this.pathOf(url, from);
    this.close();
    this.open(url, from);
  }

  private back(delta: number): void {
    const count = Math.min(delta, this.stack.length - 1);
    for (let left = count; left > 0; left -= 1) {
      const page = this.stack.pop();
      if (page) this.drop(page);
    }
    if (count > 0) this.appear();
  }

  /** A page of a tab stays when another tab is looked at. */
  private tab(url: string): void {
    const path = this.pathOf(url);
    if (this.frame.tabIndex(path) === -1) throw new PlatformRefusal('can not switch to no-tabBar page');
    if (this.top?.path === path) return;
    this.leave();
    for (const page of this.stack.splice(0)) {
      if (this.frame.tabIndex(page.path) === -1) this.drop(page);
      else this.kept.set(page.path, page);
    }
    const kept = this.kept.get(path);
    this.kept.delete(path);
    if (!kept) return this.open(`/${path}`);
    this.stack.push(kept);
    this.appear();
  }

  /** @throws PlatformRefusal when there is no such page */
  private pathOf(url: string, from = this.top?.path): string {
    const [given = ''] = url.split('?');
    const { pathname } = new this.window.URL(given, `http://page/${from ?? ''}`);
    const path = pathname.slice(1);
    if (!this.frame.app.pages.includes(path)) throw new PlatformRefusal(`page "${path}" is not found`);
    return path;
  }

  private open(url: string, from?: string): void {
    const path = this.pathOf(url, from);
    const { document } = this.window;
    const root = this.backend.createRoot('wx-page', this.parts.space, path);
    const place = this.frame.stack.appendChild(document.createElement('div'));
    const instance = root.get() as unknown as PageInstance;
    const query = queryOf(url);
    Object.assign(instance, { route: path, options: query });
    root.attach(this.frame.stack as never, place as never);
    const element = root.getComponent().getBackendElement() as unknown as HTMLElement;
    const page = { path, root, instance, element };
    this.stack.push(page);
    this.see(page);
    this.call(page, 'onLoad', query);
    this.show();
    this.parts.fresh.tell();
    this.call(page, 'onReady');
  }

  private leave(): void {
    const { top } = this;
    if (!top) return;
    this.hide();
    top.element.hidden = true;
    this.style(top, false);
  }

  private appear(): void {
    if (!this.top) return;
    this.see(this.top);
    this.show();
  }

  private see(page: OpenPage): void {
    page.element.hidden = false;
    this.style(page, true);
    this.frame.shows(page.path, page.element, this.stack.length === 1);
  }

  private drop(page: OpenPage): void {
    this.call(page, 'onUnload');
    page.root.release();
    page.element.remove();
    this.style(page, false);
  }

  /** A page's styles are nobody else's. */
  private style({ path }: OpenPage, on: boolean): void {
    const style = this.styles.get(path);
    if (style) style.media = on ? 'all' : 'not all';
  }

  private tell(page: OpenPage, method: string, lifetime: string): void {
    this.call(page, method);
    page.root.getComponent().triggerPageLifetime(lifetime, []);
  }

  private call({ instance }: OpenPage, method: string, ...values: unknown[]): void {
    const run = instance[method];
    if (typeof run === 'function') this.guard(() => run.apply(instance, values));
  }
}

/** Nothing is decoded: the platform gives a query as it stands in the URL. */
function queryOf(url: string): Readonly<Record<string, string>> {
  const [, query = ''] = url.split('?');
  const pairs = query.split('&').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}
