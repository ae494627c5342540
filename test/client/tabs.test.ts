import { describe, expect, it } from 'vitest';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import { createBrowserClient } from '../../mini-program-client/src/browser.js';
import type { LocksLike } from '../../mini-program-client/src/hosts/browser-tabs.js';

/** `localStorage` and `sessionStorage`, as browsers have them: what is kept are their own properties. */
class WebStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    const value = this[key];
    return typeof value === 'string' ? value : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

/** Web Locks of one origin. Whoever asks for a lock that is held waits for its turn, or is told so. */
class Locks {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** As one page sees them: `die` lets everything go that it holds. */
  ofPage(): { readonly locks: LocksLike; die(): void } {
    let die: () => void = () => {};
    const dead = new Promise<void>((resolve) => {
      die = resolve;
    });
    const request: LocksLike['request'] = async (name, { ifAvailable }, run) => {
      const before = this.tails.get(name);
      if (before && ifAvailable) return void run(null);
      const turn = (before ?? Promise.resolve()).then(() => Promise.race([run({ name }), dead]));
      this.tails.set(name, turn);
      await turn;
      if (this.tails.get(name) === turn) this.tails.delete(name);
    };
    return { locks: { request }, die };
  }
}

interface Tab {
  readonly client: MinimClient;
  readonly sockets: { readonly sent: string[]; onopen: unknown }[];
  readonly session: WebStorage;
  tell(event: string): void;
  /** For good: nothing of it runs any more. */
  shut(): void;
}

/** One browser, with tabs of one site. */
class Browser {
  readonly local = new WebStorage();
  private readonly locks = new Locks();

  open({
    userId = 'A',
    session = new WebStorage(),
    device,
  }: {
    userId?: string;
    session?: WebStorage;
    device?: string;
  }) {
    const sockets: Tab['sockets'] = [];
    class WebSocket {
      onopen: unknown = null;
      onmessage: unknown = null;
      onclose: unknown = null;
      onerror: unknown = null;
      readonly sent: string[] = [];
      constructor(readonly url: string) {
        sockets.push(this);
      }
      send(text: string): void {
        this.sent.push(text);
      }
      close(): void {}
    }
    const listeners = new Map<string, () => void>();
    const { locks, die } = this.locks.ofPage();
    const window = {
      addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
      removeEventListener: (type: string) => void listeners.delete(type),
      localStorage: this.local,
      sessionStorage: session,
      navigator: { locks },
    };
    const settings = { url: 'ws://localhost:3000', userId, WebSocket, window };
    const client = createBrowserClient(device ? { ...settings, device } : settings);
    return { client, sockets, session, tell: (event: string) => listeners.get(event)?.(), shut: die };
  }

  /** The texts of every outbox that is not empty. */
  outboxes(): string[] {
    return Object.entries(this.local).flatMap(([key, text]) => (key.startsWith('minim-outbox') ? String(text) : []));
  }
}

/** Its socket opens, and what follows from that is done. */
async function connect({ client, sockets }: Tab): Promise<void> {
  client.connect();
  const { onopen } = sockets.at(-1) ?? {};
  if (typeof onopen === 'function') onopen();
  await settled();
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

function idsSent({ sockets }: Tab): unknown[] {
  return sockets.flatMap(({ sent }) => sent.map((text) => JSON.parse(text).id));
}

function ignored(answer: Promise<unknown>): void {
  answer.catch(() => {});
}

describe('the outbox of a tab', () => {
  it('that was closed is sent by another one, in order and under the same ids', async () => {
    const browser = new Browser();
    const closed = browser.open({});
    closed.client.connect();
    ignored(closed.client.send('B', 'one', { id: 'm1', ttlS: 60 }));
    ignored(closed.client.broadcast({ a: 1 }, { id: 'm2' }));
    const [before] = browser.outboxes();
    closed.shut();
    await settled();
    const other = browser.open({});
    ignored(other.client.send('B', 'own', { id: 'm0' }));
    await connect(other);
    expect(idsSent(other)).toEqual(['m0', 'm1', 'm2']);
    expect(browser.outboxes()).toHaveLength(1);
    expect(browser.outboxes()[0]).toContain(before?.slice(1, -1));
  });

  it('that lives is left alone', async () => {
    const browser = new Browser();
    const alive = browser.open({});
    alive.client.connect();
    ignored(alive.client.send('B', 'one', { id: 'm1' }));
    await settled();
    const other = browser.open({});
    await connect(other);
    expect(idsSent(other)).toEqual([]);
    expect(browser.outboxes()).toHaveLength(1);
  });

  it('is adopted by a tab that was there already, when it connects again', async () => {
    const browser = new Browser();
    const [closed, other] = [browser.open({}), browser.open({})];
    closed.client.connect();
    ignored(closed.client.send('B', 'one', { id: 'm1' }));
    await connect(other);
    closed.shut();
    await settled();
    other.tell('pagehide');
    await settled();
    other.tell('pageshow');
    await connect(other);
    expect(idsSent(other)).toEqual(['m1']);
  });

  it('is adopted when its client was closed', async () => {
    const browser = new Browser();
    const [closed, other] = [browser.open({}), browser.open({})];
    closed.client.connect();
    ignored(closed.client.send('B', 'one', { id: 'm1' }));
    closed.client.close();
    await settled();
    await connect(other);
    expect(idsSent(other)).toEqual(['m1']);
  });

  it('is adopted by one other tab, not by two', async () => {
    const browser = new Browser();
    const closed = browser.open({});
    ignored(closed.client.send('B', 'one', { id: 'm1' }));
    const others = [browser.open({}), browser.open({})];
    await Promise.all(others.map(connect));
    expect(others.flatMap(idsSent)).toEqual(['m1']);
  });

  it('of another user is left alone', async () => {
    const browser = new Browser();
    ignored(browser.open({}).client.send('B', 'one'));
    const other = browser.open({ userId: 'C' });
    await connect(other);
    expect(idsSent(other)).toEqual([]);
  });

  it('stays where it is when there is no room for it in that of the other tab', async () => {
    const browser = new Browser();
    const closed = browser.open({});
    for (const id of ['m1', 'm2', 'm3']) ignored(closed.client.send('B', id, { id }));
    const other = browser.open({});
    for (let count = 0; count < 199; count++) ignored(other.client.send('B', 'own', { id: `o${count}` }));
    await connect(other);
    expect(idsSent(other).slice(199)).toEqual(['m1']);
    const lengths = browser.outboxes().map((text) => JSON.parse(text).length);
    expect(lengths.sort()).toEqual([2, 200]);
  });

  it('stays where it is when nothing more can be kept', async () => {
    const browser = new Browser();
    const closed = browser.open({});
    ignored(closed.client.send('B', 'one', { id: 'm1' }));
    const other = browser.open({});
    browser.local.setItem = () => {
      throw new Error('QuotaExceededError');
    };
    await connect(other);
    expect(browser.outboxes()).toHaveLength(1);
  });

  it('is not adopted by a client that was given its device', async () => {
    const browser = new Browser();
    ignored(browser.open({}).client.send('B', 'one', { id: 'm1' }));
    const other = browser.open({ device: 'desk' });
    await connect(other);
    expect(idsSent(other)).toEqual([]);
  });
});
