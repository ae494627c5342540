import { describe, expect, it } from 'vitest';
import { createBrowserClient } from '../../mini-program-client/src/browser.js';
import { browserStorage } from '../../mini-program-client/src/hosts/browser-storage.js';
import type { Storage } from '../../mini-program-client/src/hosts/storage.js';
import { wxStorage } from '../../mini-program-client/src/hosts/wx-storage.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';

const connectSocket = () => undefined;

function fail(): never {
  throw new Error('not allowed');
}

/** As wx, tt, qq, swan and uni have it. */
function plainHost(values = new Map<string, unknown>()) {
  return {
    values,
    connectSocket,
    getStorageSync: (key: unknown) => values.get(String(key)) ?? '',
    setStorageSync: (key: unknown, value?: unknown) => void values.set(String(key), value),
    removeStorageSync: (key: unknown) => void values.delete(String(key)),
  };
}

function withoutRemove() {
  const { getStorageSync, setStorageSync } = plainHost();
  return { connectSocket, getStorageSync, setStorageSync };
}

/** As my has it: anything but one object is an error, which it gives instead of throwing it. */
function wrappedHost(values = new Map<string, unknown>()) {
  const keyOf = (options: unknown) =>
    typeof options === 'object' && options !== null && 'key' in options ? String(options.key) : undefined;
  return {
    values,
    connectSocket,
    getStorageSync: (options: unknown) => {
      const key = keyOf(options);
      return key === undefined ? { error: 2 } : { data: values.get(key) ?? null, success: true };
    },
    setStorageSync: (options: unknown) => {
      const key = keyOf(options);
      if (key === undefined) return { error: 2 };
      return values.set(key, typeof options === 'object' && options && 'data' in options ? options.data : undefined);
    },
    removeStorageSync: (options: unknown) => values.delete(keyOf(options) ?? ''),
  };
}

/** What a browser's storage is to us. */
function webStorage(values = new Map<string, string>()) {
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

const HOSTS: ReadonlyArray<readonly [string, () => Storage]> = [
  ['wx', () => wxStorage(plainHost())],
  ['my', () => wxStorage(wrappedHost())],
  ['a host without removeStorageSync', () => wxStorage(withoutRemove())],
  ['a mini-program without storage', () => wxStorage({ connectSocket })],
  [
    'a mini-program whose storage throws',
    () => wxStorage({ connectSocket, getStorageSync: fail, setStorageSync: fail }),
  ],
  ['a browser', () => browserStorage(() => webStorage())],
  ['a page that may keep nothing', () => browserStorage(fail)],
  ['Node', () => browserStorage(() => undefined)],
];

describe.each(HOSTS)('the storage of %s', (_, make) => {
  it('gives what was set last, until it is removed', () => {
    const storage = make();
    expect(storage.get('a')).toBeUndefined();
    storage.set('a', '1');
    storage.set('b', '2');
    storage.set('a', '3');
    expect([storage.get('a'), storage.get('b')]).toEqual(['3', '2']);
    storage.remove('a');
    expect([storage.get('a'), storage.get('b')]).toEqual([undefined, '2']);
  });
});

describe('a storage', () => {
  it('really is that of the host', () => {
    for (const host of [plainHost(), wrappedHost()]) {
      wxStorage(host).set('a', '1');
      expect(host.values.get('a')).toBe('1');
    }
  });

  it('that is full loses what it is given, and throws nothing', () => {
    const storage = browserStorage(() => ({ ...webStorage(), setItem: fail }));
    storage.set('a', '1');
    expect(storage.get('a')).toBeUndefined();
  });
});

describe('a device that was given no id', () => {
  const dialled: string[] = [];
  class WebSocket {
    onopen: unknown = null;
    onmessage: unknown = null;
    onclose: unknown = null;
    onerror: unknown = null;
    constructor(url: string) {
      dialled.push(url);
    }
    send(): void {}
    close(): void {}
  }
  const window = { addEventListener: () => {}, removeEventListener: () => {} };

  function deviceOfTab(localStorage: ReturnType<typeof webStorage>, sessionStorage: ReturnType<typeof webStorage>) {
    const page = { ...window, localStorage, sessionStorage };
    const client = createBrowserClient({ url: 'ws://localhost:3000', userId: 'A', WebSocket, window: page });
    client.connect();
    client.close();
    return new URL(dialled.at(-1) ?? '').searchParams.get('device');
  }

  it('is a mini-program: it makes one up, and keeps it', () => {
    const urls: string[] = [];
    const host = { ...plainHost(), connectSocket: ({ url }: { readonly url: string }) => void urls.push(url) };
    for (let start = 0; start < 2; start++) {
      const client = createMiniProgramClient({ url: 'ws://localhost:3000', userId: 'A', wx: host });
      client.connect();
      client.close();
    }
    expect(urls[0]).toMatch(/&device=[a-z0-9]{16}$/);
    expect(urls[1]).toBe(urls[0]);
  });

  it('is a tab: a reload is the same device, another tab another one', () => {
    const local = webStorage();
    const tab = webStorage();
    const first = deviceOfTab(local, tab);
    expect(first).toMatch(/^[a-z0-9]{16}$/);
    expect(deviceOfTab(local, tab)).toBe(first);
    expect(deviceOfTab(local, webStorage())).not.toBe(first);
  });

  it('is a tab whose outbox no other tab sends', () => {
    const local = webStorage();
    for (const tab of [webStorage(), webStorage()]) {
      const page = { ...window, localStorage: local, sessionStorage: tab };
      const client = createBrowserClient({ url: 'ws://localhost:3000', userId: 'A', WebSocket, window: page });
      client.send('B', 'hello');
    }
    const kept = [...local.values].filter(([key]) => key.startsWith('minim-outbox'));
    expect(kept.map(([, text]) => JSON.parse(text).length)).toEqual([1, 1]);
  });
});
