import { Listeners } from '../../wx-listeners.js';
import type { Theme } from '../program.js';

/** Dark or light, as the phone is; always light for a mini-program that does not know `darkmode`. */
export class Themes {
  readonly changes = new Listeners<{ readonly theme: Theme }>();
  private readonly query: MediaQueryList;

  constructor(
    window: Window,
    readonly darkmode: boolean,
  ) {
    this.query = window.matchMedia('(prefers-color-scheme: dark)');
    if (darkmode) this.query.addEventListener('change', () => this.changes.tell({ theme: this.now }));
  }

  get now(): Theme {
    return this.darkmode && this.query.matches ? 'dark' : 'light';
  }
}
