import { PlatformRefusal, wxCall } from './wx-calls.js';

export interface StorageLimits {
  /** Of one key, in bytes. */
  readonly perKey: number;
  readonly all: number;
}

/** As WeChat documents them. */
const LIMITS: StorageLimits = { perKey: 1024 * 1024, all: 10 * 1024 * 1024 };

/** What a phone keeps for one mini-program, also while the app does not run. */
export class PhoneStorage {
  /** It refuses to keep anything more, as a phone whose disk is full. */
  isFull = false;

  constructor(
    private readonly limits: StorageLimits = LIMITS,
    /** As JSON, by key. */
    private readonly texts: Map<string, string> = new Map(),
  ) {}

  get(key: string): unknown {
    const text = this.texts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** @throws Error as the platform does it, when there is no room */
  set(key: string, value: unknown): void {
    const text = JSON.stringify(value) ?? '""';
    if (this.isFull || bytesOf(text) > this.limits.perKey) throw new Error('entry size limit reached');
    const others = [...this.texts].filter(([other]) => other !== key);
    const used = others.reduce((sum, [, other]) => sum + bytesOf(other), 0);
    if (used + bytesOf(text) > this.limits.all) throw new Error('exceed storage max size 10Mb');
    this.texts.set(key, text);
  }

  delete(key: string): void {
    this.texts.delete(key);
  }

  readonly wx = {
    getStorageSync: (key: string): unknown => this.get(key) ?? '',
    setStorageSync: (key: string, value: unknown): void => {
      try {
        this.set(key, value);
      } catch (cause) {
        throw new Error(`setStorageSync:fail ${(cause as Error).message}`, { cause });
      }
    },
    removeStorageSync: (key: string): void => this.delete(key),
    clearStorageSync: (): void => this.texts.clear(),
    getStorageInfoSync: () => ({
      keys: [...this.texts.keys()],
      currentSize: Math.ceil([...this.texts.values()].reduce((sum, text) => sum + bytesOf(text), 0) / 1024),
      limitSize: this.limits.all / 1024,
    }),
    getStorage: wxCall('getStorage', ({ key }: { readonly key: string }) => {
      const data = this.get(key);
      if (data === undefined) throw new PlatformRefusal('data not found');
      return { data };
    }),
    setStorage: wxCall('setStorage', ({ key, data }: { readonly key: string; readonly data: unknown }) => {
      try {
        this.set(key, data);
      } catch (cause) {
        throw new PlatformRefusal((cause as Error).message);
      }
    }),
    removeStorage: wxCall('removeStorage', ({ key }: { readonly key: string }) => this.delete(key)),
    clearStorage: wxCall('clearStorage', () => this.texts.clear()),
  };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
