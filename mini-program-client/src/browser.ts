/** Entry of the module for browsers, Node, and hosts of one's own. */

import { websocketUrl } from './address.js';
import type { MinimClient } from './api.js';
import { createClient } from './client.js';
import { deviceIn } from './device.js';
import { browserHttp, type FetchLike } from './hosts/browser-http.js';
import { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
import { browserStorage, foundIn } from './hosts/browser-storage.js';
import { adoptOutboxes } from './hosts/browser-tabs.js';
import { browserTransport, type WebSocketConstructor } from './hosts/browser-transport.js';
import type { Storage } from './hosts/storage.js';
import type { ClientSettings } from './options.js';

declare const WebSocket: WebSocketConstructor;
declare const window: WindowLike;
declare const fetch: FetchLike;

export interface BrowserSettings extends ClientSettings {
  /** The `WebSocket` class. Left out, the global one. Node before 22 has none: give it the one of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor;
  /** For networks where WebSockets die. Left out, the global one, if there is one. */
  readonly fetch?: FetchLike;
  /** Left out, the global one, if there is one. */
  readonly window?: WindowLike;
  /** In place of the window's `localStorage`. In Node there is none: give one, or what is unsent ends with the process. */
  readonly storage?: Storage;
}

/** A client for a web page, and for Node, where there is no `window`. Nothing is dialled before `connect()`. */
export function createBrowserClient(settings: BrowserSettings): MinimClient {
  const { WebSocket: WebSocketClass = WebSocket, window: page = globalWindow(), random = Math.random } = settings;
  const kept = foundIn(() => page?.localStorage);
  const ofTab = browserStorage(() => page?.sessionStorage);
  // Two tabs are two devices: neither takes the other's place, and each has an outbox of its own.
  const { device = deviceIn(ofTab, random), storage = browserStorage(() => kept) } = settings;
  const platform = page && browserPlatform(page);
  const { fetch: ask = globalFetch() } = settings;
  const http = ask && browserHttp(ask);
  const hosts = { transport: browserTransport(WebSocketClass), platform, http, storage, device };
  const client = createClient(Object.assign(hosts, settings));
  const locks = page?.navigator?.locks;
  // Whoever names the device or brings the storage knows better whose an outbox is.
  if (kept && locks && !settings.device && !settings.storage) {
    adoptOutboxes({ client, storage: kept, locks, address: websocketUrl(settings, device), device });
  }
  return client;
}

function globalWindow(): WindowLike | undefined {
  return typeof window === 'undefined' ? undefined : window;
}

function globalFetch(): FetchLike | undefined {
  return typeof fetch === 'undefined' ? undefined : fetch;
}

export { createClient } from './client.js';
export { MinimError } from './errors.js';
export { browserHttp, type FetchAnswer, type FetchLike, type FetchOptions } from './hosts/browser-http.js';
export { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
export { browserStorage, type WebStorageLike } from './hosts/browser-storage.js';
export type { LocksLike } from './hosts/browser-tabs.js';
export { browserTransport, type WebSocketConstructor, type WebSocketLike } from './hosts/browser-transport.js';
export type * from './types.js';
