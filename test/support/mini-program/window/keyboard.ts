import { wxCall } from '../../wx-calls.js';
import { Listeners } from '../../wx-listeners.js';
import type { Device } from './frame.js';
import type { KeyboardOptions, Platform } from './platform.js';

/** What comes up from below when a field has the focus, and moves the page up that the field stays in sight. */
export class Keyboard {
  private readonly heights = new Listeners<{ readonly height: number }>();
  private shown: {
    readonly field: HTMLElement;
    readonly element: HTMLElement;
    readonly options: KeyboardOptions;
  } | null = null;

  constructor(
    private readonly window: Window & typeof globalThis,
    private readonly device: Device,
    private readonly stack: HTMLElement,
  ) {}

  readonly wx = {
    onKeyboardHeightChange: this.heights.on,
    offKeyboardHeightChange: this.heights.off,
    hideKeyboard: wxCall('hideKeyboard', () => this.shown?.field.blur()),
  };

  readonly platform: Platform['keyboard'] = {
    raise: (field, options) => this.raise(field, options),
    lower: (field) => {
      if (this.shown?.field === field) this.lower();
    },
  };

  private raise(field: HTMLElement, options: KeyboardOptions): number {
    const height = this.device.keyboard;
    if (height === 0) return 0;
    this.lower();
    const element = this.window.document.body.appendChild(this.window.document.createElement('wx-keyboard'));
    element.style.height = `${height}px`;
    this.shown = { field, element, options };
    this.tell(height);
    if (options.spacing !== null) this.move(field, height, options.spacing);
    return height;
  }

  private lower(): void {
    if (!this.shown) return;
    this.shown.element.remove();
    this.stack.style.removeProperty('transform');
    this.tell(0);
    this.shown = null;
  }

  private tell(height: number): void {
    this.shown?.options.told(height);
    this.heights.tell({ height });
  }

  private move(field: HTMLElement, height: number, spacing: number): void {
    const hidden = field.getBoundingClientRect().bottom + spacing - (this.window.innerHeight - height);
    if (hidden > 0) this.stack.style.transform = `translateY(${-hidden}px)`;
  }
}
