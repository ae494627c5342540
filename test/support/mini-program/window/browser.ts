import { MiniProgramPhone, type PhoneOptions } from '../../wx-phone.js';
import { PhoneStorage } from '../../wx-storage.js';
import { type Screen, type ScreenOptions, start } from './main.js';

export interface BrowserOptions extends Omit<ScreenOptions, 'phone'> {
  readonly phone?: Omit<PhoneOptions, 'storage'>;
}

/** A phone whose mini-program runs in this browser; what it stores outlives the page. */
export function startInBrowser({ phone: options, ...rest }: BrowserOptions): {
  phone: MiniProgramPhone;
  screen: Screen;
} {
  const phone = new MiniProgramPhone({ ...options, storage: new PhoneStorage(undefined, new LocalTexts()) });
  return { phone, screen: start({ ...rest, phone }) };
}

/** The texts of a phone's storage, in the browser's. */
class LocalTexts extends Map<string, string> {
  constructor() {
    super(Object.entries(localStorage));
  }

  override set(key: string, text: string): this {
    localStorage.setItem(key, text);
    return super.set(key, text);
  }

  override delete(key: string): boolean {
    localStorage.removeItem(key);
    return super.delete(key);
  }

  override clear(): void {
    localStorage.clear();
    super.clear();
  }
}
