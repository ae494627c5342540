import { once } from 'node:events';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { need } from '../support/apt.js';
import { type RunningNginx, startNginx } from '../support/nginx.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const binary = need('nginx', 'nginx');
const KEY = 'key-of-the-nginx-tests-0123456789';
const IDLE_TIMEOUT_S = 4;
/** Above it, as in docker/nginx.conf. */
const READ_TIMEOUT_S = 5;
const PAIRS = 20;
const RELOADS = 3;

describe.skipIf(binary === undefined)('sessions behind a real nginx', () => {
  let minim: RunningServer;
  let nginx: RunningNginx;

  beforeAll(async () => {
    const env = {
      MINIM_IDLE_TIMEOUT_S: String(IDLE_TIMEOUT_S),
      MINIM_TRUSTED_PROXIES: '127.0.0.1',
      MINIM_API_KEYS: `tests:read+admin:${KEY}`,
    };
    minim = await startServer({ env });
    nginx = await startNginx({ binary: binary ?? '', upstreamPort: minim.port, readTimeoutS: READ_TIMEOUT_S });
  });

  afterAll(async () => {
    await nginx?.stop();
    await minim?.stop();
  });

  const addressOf = (path: string) => `ws://127.0.0.1:${nginx.port}/websocket/${path}`;

  it('stay open in silence for longer than nginx waits, because the node asks for pongs', async () => {
    const socket = new WebSocket(addressOf('quiet'));
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    const since = performance.now();
    const cut = once(socket, 'close').then(([code]) => Promise.reject(new Error(`expected a ping, got close ${code}`)));
    while (performance.now() - since <= READ_TIMEOUT_S * 1_000) await Promise.race([once(socket, 'ping'), cut]);
    const answered = once(socket, 'message');
    socket.send('ping');
    expect(String((await answered)[0])).toBe('{"type":"pong"}');
  });

  it('lose nothing and stay open while nginx is reloaded under load', async () => {
    const connect = (name: string) =>
      Promise.all(Array.from({ length: PAIRS }, (_, at) => WsClient.open(addressOf(`${name}${at}`))));
    const [senders, readers] = [await connect('sender'), await connect('reader')];
    let reloading = true;
    const talk = async (sender: WsClient, at: number): Promise<number> => {
      let count = 0;
      while (reloading) {
        count += 1;
        sender.send({ type: 'message', id: `m${count}`, toUserId: `reader${at}`, message: String(count) });
        expect(await sender.next()).toMatchObject({ type: 'ack', id: `m${count}` });
      }
      return count;
    };
    const talking = Promise.all(senders.map(talk));
    for (let count = 0; count < RELOADS; count += 1) await nginx.reload();
    reloading = false;
    for (const [at, count] of (await talking).entries()) {
      const texts = (await readers[at]?.nextOnes(count))?.map(({ message }) => message);
      expect(texts).toEqual(Array.from({ length: count }, (_, before) => String(before + 1)));
    }
  });

  it('are seen under the address of the client, whatever the client claims', async () => {
    await WsClient.open(addressOf('far'), { localAddress: '127.0.0.7', headers: { 'X-Forwarded-For': '203.0.113.7' } });
    const { body } = await request(minim.url).get('/api/v1/users/far/sessions').set('X-Api-Key', KEY).expect(200);
    expect(body.sessions).toMatchObject([{ remoteAddress: '127.0.0.7' }]);
  });
});
