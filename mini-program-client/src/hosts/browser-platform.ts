import type { WebStorageLike } from './browser-storage.js';
import type { LocksLike } from './browser-tabs.js';
import type { Platform, PlatformSignal } from './platform.js';

interface EventTargetLike {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The few names of a browser's `window` that this library uses. */
export interface WindowLike extends EventTargetLike {
  readonly document?: EventTargetLike & { readonly visibilityState: string };
  /** Both throw where a page may not keep anything. */
  readonly localStorage?: WebStorageLike;
  readonly sessionStorage?: WebStorageLike;
  readonly navigator?: { readonly locks?: LocksLike };
}

const ON_WINDOW: ReadonlyArray<readonly [string, PlatformSignal]> = [
  ['pagehide', { type: 'background', drop: true }],
  ['pageshow', { type: 'foreground' }],
  ['online', { type: 'network', up: true }],
  ['offline', { type: 'network', up: false }],
];

/**
 * Foreground, background and network of a web page. A page that is left is closed, so that the browser can keep it in its
 * back/forward cache; a page in a hidden tab stays connected.
 */
export function browserPlatform(window: WindowLike): Platform {
  const { document } = window;
  return {
    listen(tell) {
      // Timers of hidden tabs are slow, and laptops sleep: look at the connection at once, do not wait for the timer.
      const seen = () => document?.visibilityState === 'visible' && tell({ type: 'foreground' });
      const listeners = ON_WINDOW.map(([type, signal]) => [type, () => tell(signal)] as const);
      for (const [type, listener] of listeners) window.addEventListener(type, listener);
      document?.addEventListener('visibilitychange', seen);
      return () => {
        for (const [type, listener] of listeners) window.removeEventListener(type, listener);
        document?.removeEventListener('visibilitychange', seen);
      };
    },
  };
}
