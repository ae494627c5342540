/** Entry of the module for browsers, Node, and hosts of one's own. */

import { createClient, type MinimClient } from './client.js';
import { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
import { browserTransport, type WebSocketConstructor } from './hosts/browser-transport.js';
import type { ClientSettings } from './options.js';

declare const WebSocket: WebSocketConstructor;
declare const window: WindowLike;

export interface BrowserSettings extends ClientSettings {
  /** The `WebSocket` class. Left out, the global one. Node before 22 has none: give it the one of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor;
  /** Left out, the global one, if there is one. */
  readonly window?: WindowLike;
}

/** A client for a web page, and for Node, where there is no `window`. Nothing is dialled before `connect()`. */
export function createBrowserClient(settings: BrowserSettings): MinimClient {
  const page = settings.window ?? (typeof window === 'undefined' ? undefined : window);
  const transport = browserTransport(settings.WebSocket ?? WebSocket);
  return createClient(Object.assign({ transport, platform: page && browserPlatform(page) }, settings));
}

export { createClient } from './client.js';
export { MinimError } from './errors.js';
export { browserPlatform, type WindowLike } from './hosts/browser-platform.js';
export { browserTransport, type WebSocketConstructor, type WebSocketLike } from './hosts/browser-transport.js';
export type * from './types.js';
