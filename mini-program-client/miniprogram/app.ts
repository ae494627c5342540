import { createMiniProgramClient, type MinimClient, wechatLogin } from './lib/minim';

/** What the pages reach by `getApp<MinimApp>()`. */
export interface MinimApp {
  /** The one client of the app; null until somebody has signed in. */
  client: MinimClient | null;
  /** Signs `userId` in at the server at `url`, and the one before out. @throws MinimError when either cannot be right */
  signIn(url: string, userId: string): MinimClient;
  /** Signs in whoever WeChat says it is, and the one before out. Rejects with a MinimError. */
  signInByWeChat(url: string): Promise<MinimClient>;
}

App<MinimApp>({
  client: null,

  signIn(url, userId) {
    return take(this, createMiniProgramClient({ url, userId, device: deviceId(), wx }));
  },

  async signInByWeChat(url) {
    const login = wechatLogin({ url, wx });
    const { userId } = await login();
    const token = async (renew: boolean) => (await login(renew)).token;
    return take(this, createMiniProgramClient({ url, userId, token, device: deviceId(), wx }));
  },
});

function take(app: MinimApp, client: MinimClient): MinimClient {
  if (app.client) app.client.close();
  app.client = client;
  return client;
}

/** Made up when the app is opened for the first time, and kept: a device outlives its connections. */
function deviceId(): string {
  const kept: unknown = wx.getStorageSync('device');
  if (typeof kept === 'string' && kept !== '') return kept;
  const made = `wx-${Math.random().toString(36).slice(2)}`;
  wx.setStorageSync('device', made);
  return made;
}
