import { describe, expect, it, onTestFinished } from 'vitest';
import { comeAndGo, dial } from '../support/dials.js';
import { COLLECTING, keptBytes, openFiles } from '../support/process-figures.js';
import { handshake, RawSocket } from '../support/raw-socket.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const COMINGS_AND_GOINGS = 100_000;
const WARM_UP = 20_000;
const SESSIONS = 1_000;
const ATTEMPTS = 10_000;
/** What either transport gives a handshake, and when it looks. */
const CUT_OFF_WITHIN_MS = 20_000;

describe.each(['uws', 'ws'])('a long attack (%s)', (transport) => {
  async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const server = await startServer({ env: { MINIM_TRANSPORT: transport, ...env } });
    onTestFinished(async () => void (await server.stop()));
    return server;
  }

  it(`of ${COMINGS_AND_GOINGS} connects and disconnects: memory and descriptors are back within 5 %`, async () => {
    const server = await start(COLLECTING);
    await comeAndGo(server.port, WARM_UP);
    const [memory, files] = [await keptBytes(server), openFiles(server)];
    await comeAndGo(server.port, COMINGS_AND_GOINGS);
    await expect.poll(() => openFiles(server), { timeout: 5_000 }).toBeLessThanOrEqual(files * 1.05);
    await expect.poll(() => keptBytes(server), { timeout: 10_000 }).toBeLessThan(memory * 1.05);
  });

  it(`of ${ATTEMPTS} connections from one address: it has ${SESSIONS} sessions, and others get in`, async () => {
    const server = await start({ MINIM_SESSIONS_PER_ADDRESS: String(SESSIONS) });
    const statuses: Record<number, number> = {};
    for (let i = 0; i < ATTEMPTS; i += 1) {
      const { socket, status } = await dial(server.port, handshake(`/websocket/u${i}`));
      statuses[status] = (statuses[status] ?? 0) + 1;
      onTestFinished(() => void socket.destroy());
    }
    expect(statuses).toEqual({ 101: SESSIONS, 429: ATTEMPTS - SESSIONS });
    const other = await WsClient.open(`${server.ws}/websocket/other`, { localAddress: '127.0.0.2' });
    expect(await other.ask('ping')).toEqual({ type: 'pong' });
  });

  it('of handshakes that never end: each is cut off, whether it is silent or sends a byte now and then', async () => {
    const server = await start();
    const half = 'GET /websocket/A HTTP/1.1\r\nHost: localhost\r\nX: ';
    const slow: RawSocket[] = [];
    for (let i = 0; i < 50; i += 1) {
      const socket = await RawSocket.open(server.port);
      if (i % 3 > 0) socket.write(half);
      slow.push(socket);
    }
    const dripping = setInterval(() => {
      for (const [i, socket] of slow.entries()) if (i % 3 === 2) socket.write('x');
    }, 2_000);
    onTestFinished(() => clearInterval(dripping));
    await Promise.all(slow.map((socket) => socket.end({ withinMs: CUT_OFF_WITHIN_MS })));
    const normal = await WsClient.open(`${server.ws}/websocket/normal`);
    expect(await normal.ask('ping')).toEqual({ type: 'pong' });
  });
});
