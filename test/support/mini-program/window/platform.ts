/** What the elements of a page need of the screen around it. */
export interface Platform {
  navigate(openType: string, url: string, delta: number): void;
  /** The place of what was chosen of `items`; null when nothing was. */
  choose(items: readonly string[]): Promise<number | null>;
  setTitle(title: string): void;
  /** What the user has set in WeChat, in pixels; 16 is the usual. */
  fontSize(): number;
  readonly keyboard: {
    /** Gives its height. */
    raise(field: HTMLElement, options: KeyboardOptions): number;
    lower(field: HTMLElement): void;
  };
}

export interface KeyboardOptions {
  /** How far above the keyboard the field is to be, in pixels; null when the page does not move. */
  readonly spacing: number | null;
  /** Hears of the keyboard's height when it changes. */
  told(height: number): void;
}
