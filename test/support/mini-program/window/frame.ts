import type { AppConfig, Manifest, TabBarConfig, WindowConfig } from '../program.js';
import type { Themes } from './themes.js';

/** What of a phone a page can feel. Everything in pixels. */
export interface Device {
  readonly statusBar: number;
  /** What a finger on the bottom edge belongs to. */
  readonly safeAreaBottom: number;
  /** What people have set in WeChat. */
  readonly fontSize: number;
  /** 0: none comes up when a field has the focus. */
  readonly keyboard: number;
  /** As WeChat names its own: `zh_CN`, `en`. */
  readonly language: string;
}

export type Badge = { readonly text: string } | 'dot';

const BAR_HEIGHT = 44;
const TABS_HEIGHT = 50;

/** What WeChat draws around the pages: the bar above with its title, the tabs below. */
export class Frame {
  readonly stack: HTMLElement;
  /** What its own buttons do. */
  go: { back(): void; tab(path: string): void } | null = null;
  private readonly bar: HTMLElement;
  private readonly title: HTMLElement;
  private readonly back: HTMLButtonElement;
  private readonly tabs: HTMLElement;
  private readonly badges = new Map<number, Badge>();
  private shownPath = '';
  private colors: WindowConfig = {};

  constructor(
    private readonly document: Document,
    private readonly manifest: Manifest,
    private readonly device: Device,
    private readonly themes: Themes,
  ) {
    const root = document.documentElement;
    root.style.setProperty('--status-bar', `${device.statusBar}px`);
    root.style.setProperty('--safe-bottom', `${device.safeAreaBottom}px`);
    this.bar = this.add('wx-bar');
    this.title = this.bar.appendChild(document.createElement('span'));
    this.back = this.bar.appendChild(document.createElement('button'));
    this.back.textContent = '‹';
    this.back.setAttribute('aria-label', 'Back');
    this.back.addEventListener('click', () => this.go?.back());
    const capsule = this.bar.appendChild(document.createElement('i'));
    capsule.textContent = '•••｜◎';
    capsule.setAttribute('aria-hidden', 'true');
    this.stack = this.add('wx-stack');
    this.tabs = this.add('wx-tabs');
    themes.changes.on(() => this.paint());
  }

  get app(): AppConfig {
    return this.manifest.app;
  }

  get titleText(): string {
    return this.title.textContent ?? '';
  }

  setTitle(title: string): void {
    this.title.textContent = title;
    this.document.title = title;
  }

  setColors(colors: WindowConfig): void {
    this.colors = { ...this.colors, ...colors };
    this.paint();
  }

  setBadge(index: number, badge: Badge | null): void {
    if (badge === null) this.badges.delete(index);
    else this.badges.set(index, badge);
    this.drawTabs();
  }

  hideTabs(hidden: boolean): void {
    this.tabs.hidden = hidden || this.tabIndex(this.shownPath) === -1;
  }

  tabIndex(path: string): number {
    return this.app.tabBar?.list.findIndex(({ pagePath }) => pagePath === path) ?? -1;
  }

  /** The page at `path` is on the screen; it is the first one when nothing lies under it. */
  shows(path: string, page: HTMLElement, isFirst: boolean): void {
    this.shownPath = path;
    this.colors = {};
    const config = this.config();
    this.setTitle(config.navigationBarTitleText ?? '');
    this.back.hidden = isFirst;
    this.bar.hidden = config.navigationStyle === 'custom';
    this.tabs.hidden = this.tabIndex(path) === -1;
    this.paint();
    this.measure(page);
  }

  /** Draws anew what the theme changes. */
  paint(): void {
    const config = { ...this.config(), ...this.colors };
    const { style } = this.document.documentElement;
    this.document.documentElement.toggleAttribute('darkmode', this.app.darkmode === true);
    style.setProperty('--nav-background', config.navigationBarBackgroundColor ?? '#ededed');
    style.setProperty('--nav-color', config.navigationBarTextStyle === 'white' ? '#fff' : '#000');
    this.drawTabs();
  }

  /** Where the page lies: what `vh` and the safe area are in it. */
  measure(page: HTMLElement): void {
    const bar = this.bar.hidden ? 0 : this.device.statusBar + BAR_HEIGHT;
    const { safeAreaBottom } = this.device;
    const tabs = this.tabs.hidden ? 0 : TABS_HEIGHT + safeAreaBottom;
    const height = this.document.defaultView?.innerHeight ?? 0;
    page.style.setProperty('--page-height', `${height - bar - tabs}px`);
    page.style.setProperty('--safe-area-top', `${this.bar.hidden ? this.device.statusBar : 0}px`);
    page.style.setProperty('--safe-area-bottom', `${tabs ? 0 : safeAreaBottom}px`);
    page.style.setProperty('--safe-area-left', '0px');
    page.style.setProperty('--safe-area-right', '0px');
  }

  get pageHeight(): number {
    const page = this.stack.lastElementChild as HTMLElement | null;
    return Number.parseFloat(page?.style.getPropertyValue('--page-height') ?? '0');
  }

  private config(): WindowConfig {
    const part = this.manifest.parts[this.shownPath]?.config ?? {};
    return this.themed({ ...this.app.window, ...part });
  }

  /** `@name` is what theme.json says under that name. */
  private themed<Values extends object>(values: Values): Values {
    const names = this.manifest.themes[this.themes.now];
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        return [key, typeof value === 'string' && value.startsWith('@') ? names[value.slice(1)] : value];
      }),
    ) as Values;
  }

  private drawTabs(): void {
    const { tabBar } = this.app;
    if (!tabBar) return;
    const bar = this.themed(tabBar);
    this.tabs.style.background = bar.backgroundColor ?? '#fff';
    this.tabs.replaceChildren(...bar.list.map((_, index) => this.tab(bar, index)));
  }

  private tab(bar: TabBarConfig, index: number): HTMLElement {
    const {
      pagePath = '',
      text,
      iconPath,
      selectedIconPath,
    } = this.themed(bar.list[index] ?? { pagePath: '', text: '' });
    const selected = pagePath === this.shownPath;
    const button = this.document.createElement('button');
    button.style.color = (selected ? bar.selectedColor : bar.color) ?? '#000';
    if (selected) button.setAttribute('aria-current', 'page');
    const icon = selected ? (selectedIconPath ?? iconPath) : iconPath;
    if (icon) button.appendChild(this.document.createElement('img')).src = `/${icon.replace(/^\//, '')}`;
    for (const picture of button.querySelectorAll('img')) picture.alt = '';
    button.append(text);
    const badge = this.badges.get(index);
    if (badge) button.appendChild(this.document.createElement('b')).textContent = badge === 'dot' ? '' : badge.text;
    button.addEventListener('click', () => this.go?.tab(pagePath));
    return button;
  }

  private add(tag: string): HTMLElement {
    return this.document.body.appendChild(this.document.createElement(tag));
  }
}
