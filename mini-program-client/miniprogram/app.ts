import { wechatLogin } from './lib/minim';
import { wxKeep } from './service/keep';
import { createMessenger, type Messenger } from './service/messenger';
import { deviceId, keepSession, keptSession, type Session, serverAddress } from './service/session';

/** What the pages reach by `getApp<MinimApp>()`. */
export interface MinimApp {
  /** Of who is signed in; null while nobody is. */
  messenger: Messenger | null;
  /** Signs a user in by the id alone. @throws MinimError when server or user cannot be right */
  signIn(server: string, userId: string): void;
  /** Signs in whoever WeChat says it is. Rejects with a MinimError. */
  signInByWeChat(server: string): Promise<void>;
  signOut(): void;
}

App<MinimApp>({
  messenger: null,

  onLaunch() {
    const session = keptSession(wxKeep());
    if (!session) return;
    try {
      this.messenger = begin(session);
    } catch (_) {
      // What was kept cannot be right: somebody has to sign in again.
      keepSession(wxKeep(), null);
    }
  },

  onHide() {
    if (this.messenger) this.messenger.flush();
  },

  signIn(server, userId) {
    take(this, { server: serverAddress(server), userId, how: 'id' });
  },

  async signInByWeChat(server) {
    const address = serverAddress(server);
    const login = wechatLogin({ url: address, wx });
    const { userId } = await login();
    take(this, { server: address, userId, how: 'wechat' }, login);
  },

  signOut() {
    if (this.messenger) this.messenger.end();
    this.messenger = null;
    keepSession(wxKeep(), null);
  },
});

type Login = ReturnType<typeof wechatLogin>;

/** One client at a time uses what is kept for a user, so the one before ends first; it comes back if the new one cannot be. */
function take(app: MinimApp, session: Session, login?: Login): void {
  const before = app.messenger;
  if (before) before.end();
  try {
    app.messenger = begin(session, login);
  } catch (error) {
    if (before) before.client.connect();
    throw error;
  }
  keepSession(wxKeep(), session);
}

/** Opens with what is on the phone; the login, where there is one, is asked for before the first dial. */
function begin({ server, userId, how }: Session, login: Login = wechatLogin({ url: server, wx })): Messenger {
  const keep = wxKeep();
  const token = how === 'wechat' ? async (renew: boolean) => (await login(renew)).token : undefined;
  return createMessenger({ server, userId, device: deviceId(keep), token, keep });
}
