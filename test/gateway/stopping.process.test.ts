import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wholeInbox } from '../support/losses.js';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { RawSocket } from '../support/raw-socket.js';
import { startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const SESSIONS = 5_000;
const SENDS = 2_000;

describe.each(['uws', 'ws'])('a node on the %s transport that is told to stop', (transport) => {
  const start = () => startServer({ env: { MINIM_TRANSPORT: transport } });

  // The signals are of the program, the closing is of the transport: each of them is seen here, with each other.
  const signal = transport === 'uws' ? 'SIGTERM' : 'SIGINT';

  it(`[MP-6.1] by ${signal}: closes every session 1012 and ends with 0`, async () => {
    const server = await start();
    const sessions = await Promise.all(
      ['A', 'B', 'B?v=1'].map((user) => WsClient.open(`${server.ws}/websocket/${user}`)),
    );
    const code = server.stop(signal);
    for (const session of sessions) expect(await session.ended).toEqual({ code: 1012, reason: 'restart' });
    expect(await code).toBe(0);
  });

  itMeanwhile(
    '[MP-6.4] tells full sessions, and no others, when to come back, each at another time, spread evenly',
    async () => {
      const server = await startServer({ env: { MINIM_TRANSPORT: transport, MINIM_DRAIN_S: '8' } });
      const plain = await WsClient.open(`${server.ws}/websocket/plain`);
      const full: WsClient[] = [];
      for (const user of ['A', 'B', 'C', 'D']) {
        const session = await WsClient.open(`${server.ws}/websocket/${user}?v=1`);
        expect(await session.nextOnes(2)).toMatchObject([{ type: 'welcome' }, { type: 'synced' }]);
        full.push(session);
      }
      const code = server.stop();
      const told = await Promise.all(full.map((session) => session.next()));
      expect(told.map(({ type }) => type)).toEqual(told.map(() => 'goaway'));
      expect(told.map(({ retryAfterMs }) => retryAfterMs).sort()).toEqual([0, 2_000, 4_000, 6_000]);
      for (const session of [plain, ...full]) {
        expect(await session.nextUnlessClosed()).toBeUndefined();
        expect(await session.ended).toEqual({ code: 1012, reason: 'restart' });
      }
      expect(await code).toBe(0);
    },
  );

  itMeanwhile(
    '[MP-6.4] answers what it has taken before it closes, and has nothing that it did not answer',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'minim-stop-'));
      atEnd(() => rmSync(directory, { recursive: true, force: true }));
      const env = { MINIM_TRANSPORT: transport, MINIM_DATA_DIR: directory };
      const server = await startServer({ env });
      const sender = await WsClient.open(`${server.ws}/websocket/A?v=1`, { ignored: 'synced' });
      await sender.next();
      const send = (number: number) => sender.send({ type: 'message', id: `${number}`, toUserId: 'B', message: 'x' });
      for (let number = 0; number < SENDS; number += 1) send(number);
      const acked = [await sender.next()];
      const code = server.stop();
      for (let number = SENDS; number < 2 * SENDS; number += 1) send(number);
      for (let frame = await sender.nextUnlessClosed(); frame !== undefined; frame = await sender.nextUnlessClosed()) {
        if (frame.type === 'ack') acked.push(frame);
      }
      expect(await sender.ended).toEqual({ code: 1012, reason: 'restart' });
      expect(await code).toBe(0);
      const next = await startServer({ env });
      const ids = (await wholeInbox(next.ws, 'A')).map(({ id }) => id);
      expect(ids).toEqual(acked.map(({ id }) => id));
      expect(ids).toEqual(ids.map((_, number) => `${number}`));
      await next.stop();
    },
  );

  itMeanwhile('[MP-1.10] refuses handshakes with 503 while it goes', async () => {
    const server = await start();
    // A session that does not answer the closing handshake holds the stop up for two seconds on ws, and a request on uws.
    const silent = await RawSocket.upgraded(server.port, '/websocket/A');
    const late = await RawSocket.open(server.port);
    silent.pause();
    const slow = await RawSocket.open(server.port);
    slow.write(
      'POST /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{',
    );
    await (await WsClient.open(`${server.ws}/websocket/B`)).ask('ping');
    const code = server.stop();
    await untilLogged(server.log, '"msg":"stopping"');
    late.write(
      'GET /websocket/C HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const { status, headers, body } = await late.answer();
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(body)).toMatchObject({ message: 'this node is going down; try again' });
    // The request that was under way gets its answer.
    slow.write('}');
    expect((await slow.answer()).status).toBe(404);
    expect(await code).toBe(0);
  });

  it(`ends within 10 s under ${SESSIONS} sessions, half of which never answer the close`, async () => {
    const server = await start();
    const sockets: RawSocket[] = [];
    while (sockets.length < SESSIONS) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        RawSocket.upgraded(server.port, `/websocket/u${sockets.length + index}`),
      );
      sockets.push(...(await Promise.all(batch)));
    }
    sockets.forEach((socket, index) => {
      if (index % 2 === 0) socket.pause();
    });
    const began = performance.now();
    const code = server.stop();
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) continue;
      expect(await socket.ending()).toBe('close 1012 restart');
      socket.destroy();
    }
    expect(await code).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 40_000);
});

it('stops when npm, which started it, is told to stop', async () => {
  // `--ignore-scripts` leaves out the build that goes before.
  const directory = mkdtempSync(join(tmpdir(), 'minim-npm-'));
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_PRETTY: 'off', MINIM_DATA_DIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Its outputs are open for as long as any of its processes is there.
  const closed = once(npm, 'close');
  atEnd(async () => {
    npm.kill('SIGTERM');
    await closed;
    rmSync(directory, { recursive: true, force: true });
  });
  let written = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (written += String(chunk)));
  await untilLogged(() => written, 'Minim is running');
  npm.kill('SIGTERM');
  await untilLogged(() => written, '"msg":"stopped"');
});

async function untilLogged(log: () => string, words: string): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!log().includes(words)) {
    if (deadline.aborted) throw new Error(`expected ${words} in the log, got ${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
