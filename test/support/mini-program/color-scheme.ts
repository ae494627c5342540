import type { DOMWindow } from 'jsdom';
import type { Theme } from './program.js';

/** Whether the phone is dark, for a window that knows no media. */
export class ColorScheme {
  private readonly listeners = new Set<() => void>();

  constructor(
    window: DOMWindow,
    private theme: Theme,
  ) {
    const isDark = () => this.theme === 'dark';
    window.matchMedia = (query: string) =>
      ({
        media: query,
        get matches() {
          return query.includes('dark') && isDark();
        },
        addEventListener: (_: string, listener: () => void) => void this.listeners.add(listener),
        removeEventListener: (_: string, listener: () => void) => void this.listeners.delete(listener),
      }) as unknown as MediaQueryList;
  }

  change(theme: Theme): void {
    this.theme = theme;
    for (const listener of this.listeners) listener();
  }
}
