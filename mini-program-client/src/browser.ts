/** Entry of the module for browsers, Node, and hosts of one's own. */

import { createClient, type MinimClient } from './client.js';
import { deviceIn } from './device.js';
import { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
import { browserStorage } from './hosts/browser-storage.js';
import { browserTransport, type WebSocketConstructor } from './hosts/browser-transport.js';
import type { Storage } from './hosts/storage.js';
import type { ClientSettings } from './options.js';

declare const WebSocket: WebSocketConstructor;
declare const window: WindowLike;

export interface BrowserSettings extends ClientSettings {
  /** The `WebSocket` class. Left out, the global one. Node before 22 has none: give it the one of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor;
  /** Left out, the global one, if there is one. */
  readonly window?: WindowLike;
  /** In place of the window's `localStorage`. In Node there is none: give one, or what is unsent ends with the process. */
  readonly storage?: Storage;
}

/** A client for a web page, and for Node, where there is no `window`. Nothing is dialled before `connect()`. */
export function createBrowserClient(settings: BrowserSettings): MinimClient {
  const page = settings.window ?? (typeof window === 'undefined' ? undefined : window);
  const transport = browserTransport(settings.WebSocket ?? WebSocket);
  const storage = browserStorage(() => page?.localStorage);
  // Two tabs are two devices: neither takes the other's place, and each has an outbox of its own.
  const device =
    settings.device ??
    deviceIn(
      browserStorage(() => page?.sessionStorage),
      settings.random ?? Math.random,
    );
  return createClient(Object.assign({ transport, platform: page && browserPlatform(page), storage, device }, settings));
}

export { createClient } from './client.js';
export { MinimError } from './errors.js';
export { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
export { browserStorage, type WebStorageLike } from './hosts/browser-storage.js';
export { browserTransport, type WebSocketConstructor, type WebSocketLike } from './hosts/browser-transport.js';
export type * from './types.js';
