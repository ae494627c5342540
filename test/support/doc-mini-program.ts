import { compileFunction } from 'node:vm';
import { expect } from 'vitest';
import { ManualClock } from './client-clock.js';
import { Changes } from './raw-changes.js';
import { OpenPage } from './wx-shell.js';
import { Phone } from './wx-stand-in.js';

const VIEW = '<button bindtap="onSend">Send</button>';
const UNTIL = { timeout: 8_000 };

/** A page of a mini-program that was written for another server: on a phone of its own, with time that the test moves. */
export interface PortedPage {
  readonly userId: string;
  readonly page: OpenPage;
  readonly phone: Phone;
  readonly clock: ManualClock;
  send(toUserId: string, text: string): void;
  /** Resolves when `list` is this. */
  shows(list: readonly string[]): Promise<void>;
  /** Resolves when the page's socket has been sent this text. */
  hears(text: string): Promise<void>;
  /** The connection goes without a word, and the network is back at once. */
  loseConnection(): Promise<void>;
}

/** Resolves when its first socket is open. */
export async function openPortedPage(code: string, userId: string): Promise<PortedPage> {
  const phone = new Phone({ suspendAfterMs: 0 });
  const clock = new ManualClock();
  phone.storage.set('userId', userId);
  const heard: string[] = [];
  const changes = new Changes();
  const connectSocket = (options: Parameters<typeof phone.wx.connectSocket>[0]) => {
    const task = phone.wx.connectSocket(options);
    const hear = (text: string) => {
      heard.push(text);
      changes.notify();
    };
    task.onOpen(() => hear('opened'));
    task.onMessage((event) => hear(String((event as { readonly data: unknown }).data)));
    return task;
  };
  const hears = async (text: string) => {
    const found = () => heard.includes(text) || undefined;
    await changes.until(found, () => `expected ${text}, heard ${heard.join()}`);
  };

  let options = {};
  const globals = {
    wx: { ...phone.wx, connectSocket },
    Page: (given: object) => {
      options = { onShow: () => {}, ...given };
    },
    setTimeout: (run: () => void, ms: number) => clock.after(ms, run),
    clearTimeout: (cancel?: () => void) => cancel?.(),
  };
  compileFunction(code, Object.keys(globals))(...Object.values(globals));
  const page = new OpenPage(options, VIEW);
  await hears('opened');
  return {
    userId,
    page,
    phone,
    clock,
    hears,
    send: (toUserId, text) => {
      page.type('toUserId', toUserId);
      page.type('text', text);
      page.tap('Send');
    },
    shows: (list) => expect.poll(() => page.data.list, UNTIL).toEqual(list),
    loseConnection: async () => {
      await phone.hide();
      phone.show();
    },
  };
}
