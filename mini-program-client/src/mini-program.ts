/** Entry of the bundle for mini-programs. */

import type { MinimClient } from './api.js';
import { createClient } from './client.js';
import type { MiniProgramHost } from './hosts/mini-program-host.js';
import type { Platform } from './hosts/platform.js';
import type { Storage } from './hosts/storage.js';
import { wxHttp } from './hosts/wx-http.js';
import { wxPlatform } from './hosts/wx-platform.js';
import { wxStorage } from './hosts/wx-storage.js';
import { wxTransport } from './hosts/wx-transport.js';
import type { ClientSettings } from './options.js';

export interface MiniProgramSettings extends ClientSettings {
  /** `wx`, or what the platform has in its place: `tt`, `my`, `swan`, `qq`, `uni`, `Taro`. */
  readonly wx: MiniProgramHost;
  /** In place of what `wx` tells of foreground, background and network, where the host has other names for it. */
  readonly platform?: Platform;
  /** In place of the storage of `wx`. */
  readonly storage?: Storage;
}

/** A client for a mini-program. One is enough for the whole app. Nothing is dialled before `connect()`. */
export function createMiniProgramClient(settings: MiniProgramSettings): MinimClient {
  const { wx, storage = wxStorage(wx) } = settings;
  const host = { transport: wxTransport(wx), platform: wxPlatform(wx), http: wxHttp(wx), storage };
  return createClient(Object.assign(host, settings));
}

export { MinimError } from './errors.js';
export type { MiniProgramHost } from './hosts/mini-program-host.js';
export type * from './types.js';
export {
  type LoginHost,
  type LoginOptions,
  type RequestOptions,
  type WeChatLoginSettings,
  type WeChatSession,
  wechatLogin,
} from './wechat-login.js';
