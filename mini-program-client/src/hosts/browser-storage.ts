import { memoryStorage, type Storage, textOrNothing, tryTo } from './storage.js';

/** The few names of `localStorage` and `sessionStorage` that this library uses. Its own properties are its keys. */
export interface WebStorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** @param find gives the browser's storage; a page that may not have one throws already here */
export function browserStorage(find: () => WebStorageLike | undefined): Storage {
  const web = foundIn(find);
  if (!web) return memoryStorage();
  return {
    get: (key) => textOrNothing(() => web.getItem(key)),
    set: (key, value) => tryTo(() => web.setItem(key, value)),
    remove: (key) => tryTo(() => web.removeItem(key)),
  };
}

/** Nothing where a page may not keep anything. */
export function foundIn(find: () => WebStorageLike | undefined): WebStorageLike | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
