import { isText } from '../json.js';

/**
 * Where texts are kept between two starts of the app. It never throws: what a host cannot keep (it is full, or forbids
 * it) is lost with the app.
 */
export interface Storage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** One place in a storage. */
export interface Shelf {
  get(): string | undefined;
  /** An empty text clears it. */
  set(text: string): void;
}

export function shelfIn(storage: Storage, key: string): Shelf {
  return {
    get: () => storage.get(key),
    set: (text) => (text ? storage.set(key, text) : storage.remove(key)),
  };
}

/** Keeps for as long as this object lives. */
export function memoryStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

/** What `read` gives if it is a text that says something; hosts differ in what they give for nothing. */
export function textOrNothing(read: () => unknown): string | undefined {
  try {
    const value = read();
    return isText(value) && value ? value : undefined;
  } catch {
    return undefined;
  }
}

export function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // Full, or forbidden: see `Storage`.
  }
}
