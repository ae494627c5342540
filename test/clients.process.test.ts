import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { MinimClient } from '../mini-program-client/src/api.js';
import { newUser, nextOf, reaches, untilTestEnds } from './support/client-events.js';
import { openProxy } from './support/client-proxy.js';
import { DocCode, openPage, runInNode, runInPage, scriptOf, textsIn } from './support/doc-code.js';
import { type RunningServer, startServer } from './support/server.js';
import { WsClient } from './support/ws-client.js';
import { Phone } from './support/wx-stand-in.js';

/** docs/clients.md: its code, as it stands there, against the built program. */

const UNTIL = { timeout: 8_000 };

let server: RunningServer;
let address = '';
const code = new DocCode('docs/clients.md', () => address);

beforeAll(async () => {
  server = await startServer();
  address = server.ws;
});
afterAll(() => server.stop());

/** A snippet, for a user of this test alone. */
function snippet(name: string, userId: string): string {
  return code.read(name).replace("userId: 'A'", `userId: '${userId}'`);
}

async function writeTo(userId: string, message: string): Promise<void> {
  const other = await WsClient.open(`${server.ws}/websocket/${newUser()}`);
  expect(await other.ask({ type: 'message', id: 'm1', toUserId: userId, message })).toMatchObject({ type: 'ack' });
}

/** Runs a snippet that connects by itself, and resolves when it has logged what another user wrote to it. */
async function logsMessages(name: string, globals: object = {}, modules: Record<string, unknown> = {}): Promise<void> {
  const userId = newUser();
  const logged: unknown[] = [];
  const console = { log: (_fromUserId: string, message: string) => logged.push(message) };
  const { client } = runInNode<{ client: MinimClient }>(snippet(name, userId), { console, ...globals }, modules);
  untilTestEnds(client);
  await writeTo(userId, 'hello');
  await expect.poll(() => logged, UNTIL).toEqual(['hello']);
}

describe('uni-app', () => {
  /** Gives a SocketTask only to who passes a callback, as uni does. */
  function uniOf({ wx }: Phone) {
    type Options = Parameters<typeof wx.connectSocket>[0] & { readonly success?: unknown };
    const connectSocket = (options: Options) => (options.success ? wx.connectSocket(options) : Promise.resolve([]));
    return { ...wx, connectSocket };
  }

  it('is told messages', async () => {
    await logsMessages('uni-app', { uni: uniOf(new Phone()) });
  });

  it('hears from App.vue of foreground and background', async () => {
    const { onAppShow: _, onAppHide: __, ...uni } = uniOf(new Phone());
    type Exports = { client: MinimClient; appShown(): void; appHidden(): void };
    const { client, appShown, appHidden } = runInNode<Exports>(snippet('uni-app-lifecycle', newUser()), { uni });
    untilTestEnds(client).connect();
    await reaches(client, 'connected');
    appHidden();
    expect(client.state.phase).toBe('paused');
    appShown();
    await reaches(client, 'connected');
  });
});

describe('Taro', () => {
  it('is told messages', async () => {
    const { wx } = new Phone();
    const connectSocket = async (options: Parameters<typeof wx.connectSocket>[0]) => wx.connectSocket(options);
    await logsMessages('taro', {}, { '@tarojs/taro': { default: { ...wx, connectSocket }, __esModule: true } });
  });
});

describe('a browser', () => {
  it('is told messages', async () => {
    const userId = newUser();
    const html = snippet('browser', userId);
    const page = openPage(html);
    runInPage(page, scriptOf(html));
    await writeTo(userId, 'hello');
    await expect.poll(() => textsIn(page, '#messages li'), UNTIL).toEqual([expect.stringMatching(/: hello$/)]);
  });
});

describe('Node', () => {
  it('is told messages', () => logsMessages('node'));

  it('sends what an earlier process left in its file, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'minim-state-'));
    const network = await openProxy(server.port);
    onTestFinished(() => {
      address = server.ws;
      rmSync(folder, { recursive: true, force: true });
    });
    address = network.url.replace('http', 'ws');
    const [userId, otherUser] = [newUser(), newUser()];
    const process = { env: { STATE_FILE: join(folder, 'state.json') } };
    const start = () => {
      const { client } = runInNode<{ client: MinimClient }>(snippet('node-storage', userId), { process });
      untilTestEnds(client).connect();
      return client;
    };
    const first = start();
    first.send(otherUser, 'kept').catch(() => {});
    await reaches(first, 'waiting');
    first.close();

    network.letsWebSocketsThrough = true;
    const second = start();
    await nextOf(second, 'sent');
    await second.send(otherUser, 'new');
    const other = await WsClient.open(`${server.ws}/websocket/${otherUser}`);
    expect(await other.nextOnes(2)).toMatchObject([{ message: 'kept' }, { message: 'new' }]);
  });
});
