import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import { createBrowserClient } from '../../mini-program-client/src/browser.js';
import type { Timing } from '../../mini-program-client/src/connection/timing.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';
import { eventually, newUser, nextOf, reaches, untilTestEnds } from '../support/client-events.js';
import { type BlockingProxy, openProxy } from '../support/client-proxy.js';
import { type RunningServer, startServer } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { Phone } from '../support/wx-stand-in.js';

/** Clients behind a proxy that lets no WebSocket through, against the built server. */

/** As in production, only faster. */
const QUICK: Partial<Timing> = { backoffBaseMs: 20, backoffCapMs: 50, trialEveryMs: 200 };

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ env: TOKEN_MODE });
});
afterAll(() => server.stop());

interface Held {
  readonly client: MinimClient;
  readonly userId: string;
  readonly told: unknown[];
}

function held(userId: string, client: MinimClient): Held {
  const told: unknown[] = [];
  untilTestEnds(client).on('message', ({ fromUserId, message }) => {
    if (fromUserId !== userId) told.push(message);
  });
  client.connect();
  return { client, userId, told };
}

/** In Node, with its own `fetch`. */
function browser(url: string, userId = newUser()): Held {
  const settings = { url, userId, device: 'page', WebSocket, timing: QUICK, token: () => tokenOf(userId) };
  return held(userId, createBrowserClient(settings));
}

/** A mini-program on a phone of its own, with the phone's `wx.request`. */
function miniProgram(url: string, userId = newUser()): Held {
  const phone = new Phone();
  const { clock } = phone.timers;
  const settings = { url, userId, device: 'phone', wx: phone.wx, clock, timing: QUICK, token: () => tokenOf(userId) };
  return held(userId, createMiniProgramClient(settings));
}

describe.each([
  ['a page', browser],
  ['a mini-program', miniProgram],
])('%s behind a proxy that lets no WebSocket through', (_, hold) => {
  it('gets and sends messages all the same', async () => {
    const proxy = await openProxy(server.port);
    const [a, b] = [hold(proxy.url), browser(server.url)];
    await Promise.all([reaches(a.client, 'polling'), reaches(b.client, 'connected')]);
    expect(proxy.refused).toBeGreaterThanOrEqual(3);
    const first = await a.client.send(b.userId, 'there');
    expect(first).toMatchObject({ messageId: expect.any(String), seq: 1 });
    await eventually(() => b.told.length === 1);
    await b.client.send(a.userId, { and: 'back' });
    await eventually(() => a.told.length === 1);
    expect([a.told, b.told]).toEqual([[{ and: 'back' }], ['there']]);
    expect(a.client.state.phase).toBe('polling');
  });

  it('is told what was taken back, and the sender that it was delivered', async () => {
    const proxy = await openProxy(server.port);
    const [a, b] = [hold(proxy.url), browser(server.url)];
    await Promise.all([reaches(a.client, 'polling'), reaches(b.client, 'connected')]);
    const receipt = nextOf(b.client, 'receipt');
    const { messageId = '' } = await b.client.send(a.userId, 'oops');
    await expect(receipt).resolves.toMatchObject({ peerId: a.userId, delivered: 1 });
    const recalled = nextOf(a.client, 'recalled');
    await b.client.recall(messageId);
    await expect(recalled).resolves.toMatchObject({ messageId });
  });

  it('is refused what the server declines', async () => {
    const proxy = await openProxy(server.port);
    const [a, b] = [hold(proxy.url), browser(server.url)];
    await Promise.all([reaches(a.client, 'polling'), reaches(b.client, 'connected')]);
    await a.client.send(b.userId, 'one', { id: 'same' });
    await expect(a.client.send(b.userId, 'two', { id: 'same' })).rejects.toMatchObject({ code: 'conflict' });
    await b.client.block(a.userId);
    await expect(a.client.send(b.userId, 'three')).rejects.toMatchObject({ code: 'forbidden' });
    expect(a.client.state.phase).toBe('polling');
  });

  it('goes over to a WebSocket by itself when one opens', async () => {
    const proxy = await openProxy(server.port);
    const a = hold(proxy.url);
    await reaches(a.client, 'polling');
    proxy.letsWebSocketsThrough = true;
    await reaches(a.client, 'connected');
    const lobby = a.client.join('lobby');
    await expect(lobby.say('hello all')).resolves.toMatchObject({ messageId: expect.any(String) });
  });

  it('loses nothing and gets nothing twice while WebSockets come and go, and connections are cut', async () => {
    const proxy = await openProxy(server.port);
    const [a, b] = [hold(proxy.url), browser(server.url)];
    await Promise.all([reaches(a.client, 'polling'), reaches(b.client, 'connected')]);
    const texts = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const [down, up] = [talk(b.client, a.userId, texts), talk(a.client, b.userId, texts)];
    await comeAndGo(proxy, a.client);
    await Promise.all([...down, ...up]);
    await eventually(() => a.told.length >= texts.length && b.told.length >= texts.length);
    // What came twice would come before this.
    await Promise.all([a.client.send(b.userId, 'end'), b.client.send(a.userId, 'end')]);
    await eventually(() => a.told.includes('end') && b.told.includes('end'));
    expect([a.told, b.told]).toEqual([
      [...texts, 'end'],
      [...texts, 'end'],
    ]);
  });
});

function talk(client: MinimClient, toUserId: string, texts: readonly string[]): Promise<unknown>[] {
  return texts.map((text) => client.send(toUserId, text));
}

async function comeAndGo(proxy: BlockingProxy, client: MinimClient): Promise<void> {
  for (let round = 0; round < 3; round++) {
    proxy.letsWebSocketsThrough = true;
    await reaches(client, 'connected');
    proxy.letsWebSocketsThrough = false;
    proxy.cut();
    await reaches(client, 'polling');
    proxy.cut();
    await reaches(client, 'polling');
  }
}

it('where a server asks for no tokens it polls nobody, and the client dials on', async () => {
  const open = await startServer();
  try {
    const proxy = await openProxy(open.port);
    const a = browser(proxy.url);
    await eventually(() => proxy.refused >= 6);
    expect(['waiting', 'connecting']).toContain(a.client.state.phase);
    proxy.letsWebSocketsThrough = true;
    await reaches(a.client, 'connected');
  } finally {
    await open.stop();
  }
});
