import { PlatformRefusal, wxCall } from '../../wx-calls.js';

interface ModalOptions {
  readonly title?: string;
  readonly content?: string;
  readonly showCancel?: boolean;
  readonly cancelText?: string;
  readonly confirmText?: string;
  readonly editable?: boolean;
  readonly placeholderText?: string;
}

interface ToastOptions {
  readonly title: string;
  readonly icon?: string;
  readonly duration?: number;
  readonly mask?: boolean;
}

/** What WeChat lays over the pages; people answer it by clicks. */
export class Dialogs {
  /** The texts of all toasts so far. */
  readonly toasts: string[] = [];
  private toast: HTMLElement | null = null;
  private timer = 0;

  constructor(private readonly window: Window & typeof globalThis) {}

  readonly wx = {
    showActionSheet: wxCall(
      'showActionSheet',
      async ({ itemList, alertText }: { readonly itemList: readonly string[]; readonly alertText?: string }) => {
        if (!Array.isArray(itemList) || itemList.length === 0 || itemList.length > 6)
          throw new PlatformRefusal('parameter error: itemList should have 1 to 6 items');
        const tapIndex = await this.choose(itemList, alertText);
        if (tapIndex === null) throw new PlatformRefusal('cancel');
        return { tapIndex };
      },
    ),
    showModal: wxCall('showModal', (options: ModalOptions) => this.ask(options)),
    showToast: wxCall('showToast', (options: ToastOptions) => this.say(options)),
    hideToast: wxCall('hideToast', () => this.hush()),
    showLoading: wxCall('showLoading', ({ title = '' }: { readonly title?: string }) => {
      this.put(title);
    }),
    hideLoading: wxCall('hideLoading', () => this.hush()),
  };

  choose(items: readonly string[], title = ''): Promise<number | null> {
    return new Promise((resolve) => {
      const { dialog, box } = this.open('sheet', () => resolve(null));
      if (title) box.append(this.element('p', title));
      items.forEach((item, index) => {
        box.append(this.button(item, dialog, () => resolve(index)));
      });
      box.append(this.button('Cancel', dialog, () => resolve(null)));
    });
  }

  private ask(options: ModalOptions): Promise<{ confirm: boolean; cancel: boolean; content: string | null }> {
    const { title = '', content = '', showCancel = true, cancelText = 'Cancel', confirmText = 'OK' } = options;
    return new Promise((resolve) => {
      const { dialog, box } = this.open('modal', null);
      if (title) box.append(this.element('h1', title));
      const input = options.editable ? this.element('input') : null;
      if (!input) box.append(this.element('p', content));
      else {
        input.value = content;
        input.placeholder = options.placeholderText ?? '';
        box.append(this.element('p', ''), input);
      }
      const answer = (confirm: boolean) => () =>
        resolve({ confirm, cancel: !confirm, content: input && confirm ? input.value : null });
      const buttons = this.element('footer');
      if (showCancel) buttons.append(this.button(cancelText, dialog, answer(false)));
      buttons.append(this.button(confirmText, dialog, answer(true)));
      box.append(buttons);
    });
  }

  private say({ title, duration = 1500 }: ToastOptions): void {
    this.toasts.push(title);
    this.put(title);
    this.timer = this.window.setTimeout(() => this.hush(), duration);
  }

  private put(text: string): void {
    this.hush();
    this.toast = this.element('wx-toast', text);
    this.toast.setAttribute('role', 'status');
    this.window.document.body.append(this.toast);
  }

  private hush(): void {
    this.window.clearTimeout(this.timer);
    this.toast?.remove();
    this.toast = null;
  }

  private open(kind: string, dismissed: (() => void) | null): { dialog: HTMLElement; box: HTMLElement } {
    const dialog = this.element('wx-dialog');
    dialog.setAttribute('kind', kind);
    dialog.setAttribute('role', 'dialog');
    dialog.addEventListener('click', (event) => {
      if (event.target !== dialog || !dismissed) return;
      dialog.remove();
      dismissed();
    });
    const box = this.element('div');
    dialog.append(box);
    this.window.document.body.append(dialog);
    return { dialog, box };
  }

  private button(text: string, dialog: HTMLElement, chosen: () => void): HTMLElement {
    const button = this.element('button', text);
    button.addEventListener('click', () => {
      dialog.remove();
      chosen();
    });
    return button;
  }

  private element<Tag extends string>(
    tag: Tag,
    text?: string,
  ): Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag] : HTMLElement;
  private element(tag: string, text?: string): HTMLElement {
    const element = this.window.document.createElement(tag);
    element.textContent = text ?? '';
    return element;
  }
}
