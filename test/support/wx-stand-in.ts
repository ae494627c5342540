import { onTestFinished } from 'vitest';
import { PhoneLogins } from './wx-logins.js';
import { PhoneSockets, type ToldOfLoss } from './wx-sockets.js';
import { PhoneTimers } from './wx-timers.js';

export interface PhoneOptions {
  /** How long after `hide` the app is suspended: its network cut, its timers stopped. 5 s, as WeChat does it. */
  readonly suspendAfterMs?: number;
  readonly tellsOfLoss?: ToldOfLoss;
  /** Right after `show` the network is often not there yet: the first dial fails. */
  readonly firstDialAfterShowFails?: boolean;
}

type Listener<Value> = (value: Value) => void;

class Listeners<Value> {
  private readonly all = new Set<Listener<Value>>();
  readonly on = (listener: Listener<Value>): void => void this.all.add(listener);
  readonly off = (listener?: unknown): void => {
    for (const known of this.all) if (listener === undefined || known === listener) this.all.delete(known);
  };
  tell(value: Value): void {
    for (const listener of this.all) listener(value);
  }
}

/**
 * A phone with one mini-program on it: `wx` on real sockets, as nasty as the platform is. Everything is closed when the
 * test is over.
 */
export class Phone {
  readonly timers = new PhoneTimers();
  readonly sockets: PhoneSockets;
  readonly storage = new Map<string, unknown>();
  readonly logins = new PhoneLogins(() => this.sockets.cut);
  private readonly shown = new Listeners<{ readonly path: string }>();
  private readonly hidden = new Listeners<undefined>();
  private readonly network = new Listeners<{ readonly isConnected: boolean; readonly networkType: string }>();
  private suspension: NodeJS.Timeout | undefined;

  constructor(private readonly options: PhoneOptions = {}) {
    this.sockets = new PhoneSockets(options.tellsOfLoss ?? 'truly');
    onTestFinished(() => {
      clearTimeout(this.suspension);
      this.timers.stop();
      this.sockets.cutOff();
    });
  }

  /** What a mini-program sees of the phone. */
  readonly wx = {
    connectSocket: (options: Parameters<PhoneSockets['connect']>[0]) => this.sockets.connect(options),
    login: this.logins.login,
    request: this.logins.request,
    onAppShow: this.shown.on,
    offAppShow: this.shown.off,
    onAppHide: this.hidden.on,
    offAppHide: this.hidden.off,
    onNetworkStatusChange: this.network.on,
    offNetworkStatusChange: this.network.off,
    getStorageSync: (key: string): unknown => this.storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown): void => void this.storage.set(key, structuredClone(value)),
  };

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
    this.network.tell({ isConnected, networkType: isConnected ? 'wifi' : 'none' });
  }
}
