import type { DOMWindow } from 'jsdom';
import type { ColorScheme } from './color-scheme.js';
import type { Theme } from './program.js';
import type { Screen } from './window/main.js';
import type { PageInstance } from './window/router.js';

type Target = string | Element;

/** Less than a test may take. */
const APPEARS_WITHIN_MS = 30_000;

/** A mini-program in a window, for a test to look at and to touch. A target is a selector, or the text people see. */
export class JsdomScreen {
  private closed = false;
  private faultsSeen = false;

  constructor(
    readonly window: DOMWindow,
    private readonly screen: Screen,
    private readonly scheme: ColorScheme,
  ) {}

  /** The page on the screen, as its own code sees it. */
  get page(): PageInstance {
    const page = this.screen.pages.at(-1);
    if (!page) throw new Error('no page is open');
    return page;
  }

  /** The paths of the pages that are open, the one on the screen last. */
  get routes(): readonly string[] {
    return this.screen.pages.map(({ route }) => String(route));
  }

  get title(): string {
    return this.screen.title;
  }

  get app(): Readonly<Record<string, unknown>> {
    return this.screen.app;
  }

  get toasts(): readonly string[] {
    return this.screen.toasts;
  }

  /** What went wrong in a page. A test that expects it asks for it, and so is not failed by it. */
  get errors(): readonly string[] {
    this.faultsSeen = true;
    return this.screen.faults.errors;
  }

  get warnings(): readonly string[] {
    return this.screen.faults.warnings;
  }

  /** What people can read on the screen, a line for each element that has text of its own. */
  get text(): string {
    const lines: string[] = [];
    const look = (element: Element) => {
      if (element.hasAttribute('hidden') || element.tagName === 'STYLE') return;
      const own = [...element.childNodes]
        .filter(({ nodeType }) => nodeType === 3)
        .map(({ textContent }) => textContent);
      const line = own.join('').trim();
      if (line) lines.push(line);
      for (const child of element.children) look(child);
    };
    look(this.window.document.body);
    return lines.join('\n');
  }

  /** The first of what `selector` finds on the page on the screen, or over it. */
  find<Found extends Element = HTMLElement>(selector: string): Found | null {
    return this.all<Found>(selector)[0] ?? null;
  }

  all<Found extends Element = HTMLElement>(selector: string): Found[] {
    const found = [...this.window.document.querySelectorAll<Found>(withIds(selector))];
    return found.filter((element) => element.closest('[hidden]') === null);
  }

  tap(target: Target): void {
    const element = this.element(target);
    if (element.closest('wx-dialog, wx-bar, wx-tabs'))
      element.dispatchEvent(new this.window.Event('click', { bubbles: true }));
    else for (const type of ['mousedown', 'mouseup']) this.mouse(element, type);
  }

  /** Resolves when the page has been told that the finger stays. */
  async longPress(target: Target): Promise<void> {
    const element = this.element(target);
    this.mouse(element, 'mousedown');
    await new Promise((resolve) => this.window.setTimeout(resolve, LONG_ENOUGH_MS));
    this.mouse(element, 'mouseup');
  }

  /** Replaces what stands in a field, as typing does. */
  type(target: Target, text: string): void {
    const field = this.field(target);
    field.focus();
    field.value = text;
    field.dispatchEvent(new this.window.Event('input', { bubbles: true }));
  }

  /** Presses the key that confirms. */
  confirm(target: Target): void {
    const field = this.field(target);
    field.dispatchEvent(new this.window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  }

  changeTheme(theme: Theme): void {
    this.scheme.change(theme);
  }

  /** Resolves with what `look` gives, once it gives something; rejects with what is on the screen when it never does. */
  appears<Found>(look: () => Found | null | undefined | false): Promise<Found> {
    const { document, MutationObserver } = this.window;
    return new Promise((resolve, reject) => {
      const tryOnce = () => {
        try {
          const found = look();
          if (found === null || found === undefined || found === false) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error);
        }
      };
      const observer = new MutationObserver(tryOnce);
      const patience = setTimeout(() => {
        end();
        reject(new Error(`never appeared: ${look}\non the screen: ${document.body.innerHTML}`));
      }, APPEARS_WITHIN_MS);
      const end = () => {
        observer.disconnect();
        clearTimeout(patience);
      };
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      tryOnce();
    });
  }

  /** Resolves when what was answered has been heard, and every page that was asked for is there. */
  async settled(): Promise<void> {
    await new Promise((resolve) => this.window.setTimeout(resolve));
    await this.screen.settled();
  }

  /** The system throws the app away; what it stored stays with the phone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.window.close();
    const { errors } = this.screen.faults;
    if (errors.length > 0 && !this.faultsSeen) throw new Error(`a page failed:\n${errors.join('\n')}`);
  }

  private element(target: Target): Element {
    if (typeof target !== 'string') return target;
    const found = this.byText(target) ?? (LIKE_A_SELECTOR.test(target) ? this.find(target) : null);
    if (!found) throw new Error(`nothing on the screen is "${target}":\n${this.text}`);
    return found;
  }

  /** What says exactly that, the innermost and topmost of it. */
  private byText(text: string): Element | undefined {
    return this.all('body *').findLast((element) => element.textContent?.trim() === text);
  }

  private field(target: Target): HTMLInputElement | HTMLTextAreaElement {
    const element = this.element(target);
    const field = element.matches('input, textarea') ? element : element.querySelector('input, textarea');
    if (!field) throw new Error(`there is no field in ${String(target)}`);
    return field as HTMLInputElement | HTMLTextAreaElement;
  }

  private mouse(element: Element, type: string): void {
    element.dispatchEvent(new this.window.MouseEvent(type, { bubbles: true, clientX: 1, clientY: 1 }));
  }
}

/** In the document an id has something before it, which is its component's own. */
function withIds(selector: string): string {
  return selector.replace(/#([\w-]+)/g, ':is([id="$1"], [id$="--$1"])');
}

const LONG_ENOUGH_MS = 400;
const LIKE_A_SELECTOR = /^[a-z.#[][\w\s.#>:()[\]="'-]*$/i;
