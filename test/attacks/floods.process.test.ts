import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { comeAndGo } from '../support/dials.js';
import { COLLECTING, keptBytes, openFiles, residentBytes } from '../support/process-figures.js';
import { clientFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';
import { type RunningServer, startServer } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const MIB = 1024 * 1024;
const MOST_MORE_BYTES = 20 * MIB;
const FLOOD_BYTES = 6 * MIB;
const FLOODERS = 4;
const COMINGS_AND_GOINGS = 1_500;
const BAD_FRAMES = 3_000;
const PONG_WITHIN_MS = 500;
/** Fewer than what may come at once. */
const SENDS = 140;

/** Others use this machine too, and what they cost is measured with the rest; what a flood costs it costs each time. */
const MEASURED = { retry: 2 };

const FLOODS: readonly [what: string, first: Buffer, again: Buffer][] = [
  ['fragments of one byte', clientFrame(OPCODE.text, 'x', { final: false }), clientFrame(0, 'x', { final: false })],
  ['fragments of nothing', clientFrame(OPCODE.text, '', { final: false }), clientFrame(0, '', { final: false })],
  ['pings whose pongs they never read', Buffer.alloc(0), clientFrame(OPCODE.ping, 'x'.repeat(125))],
  ['pongs', Buffer.alloc(0), clientFrame(OPCODE.pong, 'x'.repeat(125))],
  ['texts of nothing, not reading the errors', Buffer.alloc(0), textFrame('')],
];

describe.each(['uws', 'ws'])('a flood (%s)', (transport) => {
  async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const server = await startServer({ env: { MINIM_TRANSPORT: transport, ...env } });
    onTestFinished(async () => void (await server.stop()));
    return server;
  }

  it('of fragments, pings, pongs or empty texts costs at most 20 MiB, and others are answered', MEASURED, async () => {
    const server = await start();
    const witness = await WsClient.open(`${server.ws}/websocket/witness`);
    const figures: Record<string, number> = {};
    for (const [what, first, again] of FLOODS) {
      // What a process takes the first time it keeps for the next.
      for (const _each of [1, 2]) await flood(server, first, again);
      const before = residentBytes(server);
      let most = before;
      const watching = setInterval(() => {
        most = Math.max(most, residentBytes(server));
      }, 20);
      const [pong] = await Promise.all([pongMs(witness), flood(server, first, again)]).finally(() =>
        clearInterval(watching),
      );
      expect(pong).toBeLessThan(PONG_WITHIN_MS);
      figures[what] = most - before;
    }
    for (const [what, bytes] of Object.entries(figures)) expect(bytes, what).toBeLessThan(MOST_MORE_BYTES);
  });

  it(`of ${COMINGS_AND_GOINGS} connects and disconnects leaves nothing behind`, MEASURED, async () => {
    const server = await start(COLLECTING);
    await comeAndGo(server.port, COMINGS_AND_GOINGS);
    const [memory, files] = [await keptBytes(server), openFiles(server)];
    await comeAndGo(server.port, COMINGS_AND_GOINGS);
    await expect.poll(() => openFiles(server)).toBeLessThanOrEqual(files * 1.05);
    await expect.poll(() => keptBytes(server), { timeout: 8_000 }).toBeLessThan(memory * 1.1);
  });

  it('of a thousand bad frames a second closes who sends them, and others are answered', MEASURED, async () => {
    const server = await start();
    const witness = await WsClient.open(`${server.ws}/websocket/witness`);
    let sent = 0;
    const offend = async () => {
      while (sent < BAD_FRAMES) {
        const offender = await WsClient.open(`${server.ws}/websocket/offender`);
        for (let i = 0; i < 20; i += 1) offender.send('{"type":"nonsense"}');
        sent += 20;
        expect((await offender.ended).code).toBe(4400);
      }
    };
    const offending = Promise.all([offend(), offend(), offend()]);
    const times: number[] = [];
    while (sent < BAD_FRAMES) {
      times.push(await pongMs(witness));
      await passed(10);
    }
    await offending;
    expect(Math.max(...times)).toBeLessThan(PONG_WITHIN_MS);
  });
});

describe('a noisy user beside a quiet one, where there are limits', () => {
  it('[MP-2.26] does not change what the quiet one waits for an ack, beyond noise', {
    ...MEASURED,
    timeout: 60_000,
  }, async () => {
    const limits = { MINIM_FRAMES_PER_S: '100', MINIM_FRAMES_BURST: '150', MINIM_BYTES_PER_S: '262144' };
    const server = await startServer({ env: { ...TOKEN_MODE, ...limits } });
    onTestFinished(async () => void (await server.stop()));
    const open = async (user: string) => WsClient.open(`${server.ws}/websocket/${user}?token=${await tokenOf(user)}`);
    const alone = await p99OfAcks(await open('before'));

    const noisy = await open('noisy');
    let isOver = false;
    const noise = (async () => {
      while (!isOver) {
        for (let i = 0; i < 40; i += 1) noisy.send({ id: 'n', toUserId: 'before', message: 'x'.repeat(1_000) });
        await passed(10);
      }
    })();
    const beside = await p99OfAcks(await open('quiet')).finally(() => {
      isOver = true;
    });
    await noise;
    expect(beside).toBeLessThan(3 * alone + 30);
  });
});

/** Some connections that write the same frame until they have written enough, and read nothing; then they are gone. */
async function flood(server: RunningServer, first: Buffer, again: Buffer): Promise<void> {
  const batch = Buffer.concat(Array.from({ length: Math.ceil((256 * 1024) / again.length) }, () => again));
  const one = async (index: number) => {
    const socket = await RawSocket.upgraded(server.port, `/websocket/flood-${index}`);
    socket.pause();
    socket.write(first);
    for (let written = 0; written < FLOOD_BYTES / FLOODERS; written += batch.length) {
      if (!socket.write(batch) && !(await socket.writable())) break;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: FLOODERS }, (_, index) => one(index)));
}

async function pongMs(session: WsClient): Promise<number> {
  const sentAt = performance.now();
  session.send('ping');
  while ((await session.next()).type !== 'pong');
  return performance.now() - sentAt;
}

/** Below its limit: the 99th percentile of the time to an ack, in ms. */
async function p99OfAcks(session: WsClient): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < SENDS; i += 1) {
    const sentAt = performance.now();
    expect(await session.ask({ id: String(i), toUserId: 'nobody', message: 'hello' })).toMatchObject({ type: 'ack' });
    times.push(performance.now() - sentAt);
    await passed(5);
  }
  return times.sort((a, b) => a - b)[Math.floor(SENDS * 0.99)] ?? Number.POSITIVE_INFINITY;
}
