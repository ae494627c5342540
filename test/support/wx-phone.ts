import { PhoneDevice } from './wx-device.js';
import { Listeners } from './wx-listeners.js';
import { PhoneLogins } from './wx-logins.js';
import { PhoneSockets, type ToldOfLoss } from './wx-sockets.js';
import { PhoneStorage } from './wx-storage.js';
import { PhoneTimers } from './wx-timers.js';

export interface PhoneOptions {
  /** How long after `hide` the app is suspended: its network cut, its timers stopped. 5 s, as WeChat does it. */
  readonly suspendAfterMs?: number;
  readonly tellsOfLoss?: ToldOfLoss;
  /** Right after `show` the network is often not there yet: the first dial fails. */
  readonly firstDialAfterShowFails?: boolean;
  /** What was kept before. */
  readonly storage?: PhoneStorage;
}

/** A phone with one mini-program on it: `wx` on real sockets, as nasty as the platform is, until it is switched off. */
export class MiniProgramPhone {
  readonly timers = new PhoneTimers();
  readonly sockets: PhoneSockets;
  readonly storage: PhoneStorage;
  readonly device = new PhoneDevice();
  readonly logins = new PhoneLogins(() => this.sockets.cut);
  private readonly shown = new Listeners<{ readonly path: string }>();
  private readonly hidden = new Listeners<undefined>();
  private suspension: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PhoneOptions = {}) {
    this.sockets = new PhoneSockets(options.tellsOfLoss ?? 'truly');
    this.storage = options.storage ?? new PhoneStorage();
    this.wx = {
      ...this.storage.wx,
      ...this.device.wx,
      connectSocket: (options: Parameters<PhoneSockets['connect']>[0]) => this.sockets.connect(options),
      login: this.logins.login,
      request: this.logins.request,
      onAppShow: this.shown.on,
      offAppShow: this.shown.off,
      onAppHide: this.hidden.on,
      offAppHide: this.hidden.off,
    };
  }

  /** What a mini-program sees of the phone. */
  readonly wx;

  get suspended(): boolean {
    return this.sockets.cut;
  }

  /** The app goes to the background. Resolves when it has been suspended. */
  hide(): Promise<void> {
    this.hidden.tell(undefined);
    return new Promise((resolve) => {
      this.suspension = setTimeout(() => {
        this.timers.suspend();
        this.sockets.cutOff();
        resolve();
      }, this.options.suspendAfterMs ?? 5000);
    });
  }

  /** The app comes back: first its overdue timers run, then it hears that it is back, then what became of its sockets. */
  show(): void {
    clearTimeout(this.suspension);
    const owing = this.sockets.wake();
    if (this.options.firstDialAfterShowFails) this.sockets.failNext = 1;
    this.timers.wake();
    this.shown.tell({ path: 'pages/index/index' });
    for (const socket of owing) socket.wake();
  }

  changeNetwork(isConnected: boolean): void {
    this.device.changeNetwork(isConnected);
  }

  /** Nothing of the app runs any more; what it stored stays. */
  switchOff(): void {
    clearTimeout(this.suspension);
    this.timers.stop();
    this.sockets.cutOff();
  }
}
