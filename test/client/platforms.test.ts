import { describe, expect, it } from 'vitest';
import { createBrowserClient } from '../../mini-program-client/src/browser.js';
import { browserPlatform } from '../../mini-program-client/src/hosts/browser-platform.js';
import type { PlatformSignal } from '../../mini-program-client/src/hosts/platform.js';
import { wxPlatform } from '../../mini-program-client/src/hosts/wx-platform.js';

/** Anything with listeners by name, that tells how many there are. */
class Emitter {
  readonly listeners = new Map<string, Set<(value: never) => void>>();

  add(name: string, listener: (value: never) => void): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(listener));
  }

  remove(name: string, listener: (value: never) => void): void {
    this.listeners.get(name)?.delete(listener);
  }

  tell(name: string, value?: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) Reflect.apply(listener, undefined, [value]);
  }

  get count(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

class Page extends Emitter {
  readonly document = Object.assign(new Emitter(), {
    visibilityState: 'visible',
    addEventListener(this: Emitter, name: string, listener: () => void) {
      this.add(name, listener);
    },
    removeEventListener(this: Emitter, name: string, listener: () => void) {
      this.remove(name, listener);
    },
  });

  addEventListener(name: string, listener: () => void): void {
    this.add(name, listener);
  }

  removeEventListener(name: string, listener: () => void): void {
    this.remove(name, listener);
  }
}

describe('a mini-program', () => {
  function phone() {
    const emitter = new Emitter();
    const host = {
      connectSocket: () => undefined,
      onAppShow: (listener: () => void) => emitter.add('show', listener),
      offAppShow: (listener: () => void) => emitter.remove('show', listener),
      onAppHide: (listener: () => void) => emitter.add('hide', listener),
      offAppHide: (listener: () => void) => emitter.remove('hide', listener),
      onNetworkStatusChange: (listener: (status: { isConnected: boolean }) => void) => emitter.add('network', listener),
      offNetworkStatusChange: (listener: (status: { isConnected: boolean }) => void) =>
        emitter.remove('network', listener),
    };
    return { emitter, host };
  }

  it('tells of background, foreground and network; the socket may stay', () => {
    const { emitter, host } = phone();
    const told: PlatformSignal[] = [];
    wxPlatform(host).listen((signal) => told.push(signal));
    emitter.tell('hide');
    emitter.tell('show', { path: '' });
    emitter.tell('network', { isConnected: false, networkType: 'none' });
    emitter.tell('network', { isConnected: true, networkType: 'wifi' });
    expect(told).toEqual([
      { type: 'background', drop: false },
      { type: 'foreground' },
      { type: 'network', up: false },
      { type: 'network', up: true },
    ]);
  });

  it('can be told to stop', () => {
    const { emitter, host } = phone();
    const stop = wxPlatform(host).listen(() => {});
    expect(emitter.count).toBe(3);
    stop();
    expect(emitter.count).toBe(0);
  });

  it('needs none of it', () => {
    const stop = wxPlatform({ connectSocket: () => undefined }).listen(() => {});
    stop();
  });
});

describe('a web page', () => {
  it('drops its connection when it is left, and is back when it is shown again', () => {
    const page = new Page();
    const told: PlatformSignal[] = [];
    browserPlatform(page).listen((signal) => told.push(signal));
    for (const name of ['pagehide', 'pageshow', 'offline', 'online']) page.tell(name);
    expect(told).toEqual([
      { type: 'background', drop: true },
      { type: 'foreground' },
      { type: 'network', up: false },
      { type: 'network', up: true },
    ]);
  });

  it('does not drop its connection when its tab is hidden', () => {
    const page = new Page();
    const told: PlatformSignal[] = [];
    browserPlatform(page).listen((signal) => told.push(signal));
    page.document.visibilityState = 'hidden';
    page.document.tell('visibilitychange');
    expect(told).toEqual([]);
    page.document.visibilityState = 'visible';
    page.document.tell('visibilitychange');
    expect(told).toEqual([{ type: 'foreground' }]);
  });

  it('can be told to stop', () => {
    const page = new Page();
    const stop = browserPlatform(page).listen(() => {});
    expect(page.count + page.document.count).toBe(5);
    stop();
    expect(page.count + page.document.count).toBe(0);
  });

  it('is what a browser client listens to', () => {
    const page = new Page();
    const sockets: { closed: boolean }[] = [];
    class WebSocket {
      onopen: unknown = null;
      onmessage: unknown = null;
      onclose: unknown = null;
      onerror: unknown = null;
      closed = false;
      constructor(readonly url: string) {
        sockets.push(this);
      }
      send(): void {}
      close(): void {
        this.closed = true;
      }
      open(): void {
        if (typeof this.onopen === 'function') this.onopen({});
      }
    }
    const client = createBrowserClient({ url: 'ws://localhost:3000', userId: 'A', WebSocket, window: page });
    client.connect();
    page.tell('pagehide');
    expect(client.state.phase).toBe('paused');
    page.tell('pageshow');
    expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
    client.close();
    expect(page.count).toBe(0);
  });
});
