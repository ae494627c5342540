import { createMiniProgramClient, type MinimClient } from './lib/minim';

/** What the pages reach by `getApp<MinimApp>()`. */
export interface MinimApp {
  /** The one client of the app; null until somebody has signed in. */
  client: MinimClient | null;
  /** Signs `userId` in at the server at `url`, and the one before out. @throws MinimError when either cannot be right */
  signIn(url: string, userId: string): MinimClient;
}

App<MinimApp>({
  client: null,

  signIn(url, userId) {
    const client = createMiniProgramClient({ url, userId, device: deviceId(), wx });
    if (this.client) this.client.close();
    this.client = client;
    return client;
  },
});

/** Made up when the app is opened for the first time, and kept: a device outlives its connections. */
function deviceId(): string {
  const kept: unknown = wx.getStorageSync('device');
  if (typeof kept === 'string' && kept !== '') return kept;
  const made = `wx-${Math.random().toString(36).slice(2)}`;
  wx.setStorageSync('device', made);
  return made;
}
