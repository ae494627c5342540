import type { MiniProgramHost } from './mini-program-host.js';
import { memoryStorage, type Storage, textOrNothing, tryTo } from './storage.js';
import { field } from './wx-events.js';

const PROBE = 'minim-probe';

/** The storage of a mini-program: pass `wx` or what stands for it. Where it has none, that of the memory. */
export function wxStorage(host: MiniProgramHost): Storage {
  const plain = storageOf(host, false);
  if (keeps(plain)) return plain;
  // my takes one object, and gives one.
  const wrapped = storageOf(host, true);
  return keeps(wrapped) ? wrapped : memoryStorage();
}

function keeps(storage: Storage): boolean {
  storage.set(PROBE, '1');
  return storage.get(PROBE) === '1';
}

function storageOf(host: MiniProgramHost, wrapped: boolean): Storage {
  const { getStorageSync, setStorageSync, removeStorageSync } = host;
  const set = (key: string, value: string) =>
    tryTo(() => {
      if (wrapped) setStorageSync?.call(host, { key, data: value });
      else setStorageSync?.call(host, key, value);
    });
  return {
    get: (key) =>
      textOrNothing(() =>
        wrapped ? field(getStorageSync?.call(host, { key }), 'data') : getStorageSync?.call(host, key),
      ),
    set,
    remove: (key) => {
      if (!removeStorageSync) return set(key, '');
      tryTo(() => removeStorageSync.call(host, wrapped ? { key } : key));
    },
  };
}
