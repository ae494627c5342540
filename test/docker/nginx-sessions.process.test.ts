import { once } from 'node:events';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { need } from '../support/apt.js';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningNginx, startNginx, startNginxForTest } from '../support/nginx.js';
import { type RunningServer, startServer, startServerForTest } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const binary = need('nginx', 'nginx');
const KEY = 'key-of-the-nginx-tests-0123456789';
const IDLE_TIMEOUT_S = 4;
/** Above it, as in docker/nginx.conf. */
const READ_TIMEOUT_S = 5;
const IMPATIENT_S = 3;
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

  const addressOf = ({ port }: RunningNginx, path: string) => `ws://127.0.0.1:${port}/websocket/${path}`;
  /** Reloaded by nobody. */
  const frontOfItsOwn = ({ port }: RunningServer, readTimeoutS: number) =>
    startNginxForTest({ binary: binary ?? '', upstreamPort: port, readTimeoutS });

  it('lose nothing and stay open while nginx is reloaded under load', async () => {
    const connect = (name: string) =>
      Promise.all(Array.from({ length: PAIRS }, (_, at) => WsClient.open(addressOf(nginx, `${name}${at}`))));
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
    await WsClient.open(addressOf(nginx, 'far'), {
      localAddress: '127.0.0.7',
      headers: { 'X-Forwarded-For': '203.0.113.7' },
    });
    const { body } = await request(minim.url).get('/api/v1/users/far/sessions').set('X-Api-Key', KEY).expect(200);
    expect(body.sessions).toMatchObject([{ remoteAddress: '127.0.0.7' }]);
  });

  itMeanwhile('stay open in silence for longer than nginx waits, because the node asks for pongs', async () => {
    const socket = new WebSocket(addressOf(await frontOfItsOwn(minim, READ_TIMEOUT_S), 'quiet'));
    atEnd(() => socket.terminate());
    await once(socket, 'open');
    const since = performance.now();
    const cut = once(socket, 'close').then(([code]) => Promise.reject(new Error(`expected a ping, got close ${code}`)));
    while (performance.now() - since <= READ_TIMEOUT_S * 1_000) await Promise.race([once(socket, 'ping'), cut]);
    const answered = once(socket, 'message');
    socket.send('ping');
    expect(String((await answered)[0])).toBe('{"type":"pong"}');
  });

  itMeanwhile(
    'stay open by a ping a second; one without is cut when nginx has waited for as long as it may',
    async () => {
      // Its node is silent for longer than that.
      const impatient = await frontOfItsOwn(await startServerForTest(), IMPATIENT_S);
      const pinging = await WsClient.open(addressOf(impatient, 'pinging'));
      // Before the quiet one begins, which may take as long as it likes to say that it has.
      const since = performance.now();
      const quiet = await WsClient.open(addressOf(impatient, 'still'));
      const cut = quiet.ended.then(({ code }) => ({ code, afterS: (performance.now() - since) / 1_000 }));

      const pings = setInterval(() => pinging.send('ping'), 1_000);
      atEnd(() => clearInterval(pings));
      for (let second = 1; second <= IMPATIENT_S + 2; second += 1)
        expect(await pinging.next()).toEqual({ type: 'pong' });

      const { code, afterS } = await cut;
      expect(code).toBe(1006);
      expect(afterS).toBeGreaterThan(IMPATIENT_S - 0.5);
      // Far below the 75 s of the file.
      expect(afterS).toBeLessThan(20);
      clearInterval(pings);
      pinging.send({ toUserId: 'pinging', message: 'still here' });
      // One ping more may have gone out before.
      let frame = await pinging.next();
      while (frame.type === 'pong') frame = await pinging.next();
      expect(frame).toMatchObject({ type: 'message', message: 'still here' });
    },
  );
});
