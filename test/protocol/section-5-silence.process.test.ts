import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const IDLE_TIMEOUT_S = 4;
/** Longer than a session may be silent. */
const BEYOND_MS = (IDLE_TIMEOUT_S + 1.5) * 1_000;

/** Silence takes its time, so everything here is silent at once, over both transports. */
describe(`silence, where ${IDLE_TIMEOUT_S} s are too many`, () => {
  const servers: RunningServer[] = [];

  beforeAll(async () => {
    const starting = ['uws', 'ws'].map((transport) =>
      startServer({ env: { MINIM_TRANSPORT: transport, MINIM_IDLE_TIMEOUT_S: String(IDLE_TIMEOUT_S) } }),
    );
    servers.push(...(await Promise.all(starting)));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('[MP-5.1] tells in welcome when to ping, well before the server gives up', async () => {
    for (const { ws } of servers) {
      const full = await WsClient.open(`${ws}/websocket/A?v=1`);
      expect(await full.next()).toMatchObject({ pingEveryMs: 1_000, deadAfterMs: 2_000 });
    }
  });

  it('[MP-5.2] closes who is silent, finds who is gone, and keeps whoever gives any sign of life', async () => {
    const scenes = [closesTheSilent, findsTheGone, keepsWhoAnswers, keepsWhoPings, keepsWhoSends, keepsTheListener];
    await Promise.all(servers.flatMap((server) => scenes.map((scene) => scene(server))));
  });
});

async function closesTheSilent({ port, ws }: RunningServer): Promise<void> {
  const began = performance.now();
  const silent = await RawSocket.upgraded(port, '/websocket/silent');
  expect(await silent.frame()).toMatchObject({ kind: 'ping' });
  expect(await silent.json()).toMatchObject({ type: 'error', code: 'silent' });
  expect(await silent.ending()).toBe('close 4408 silent');
  expectAboutTheTimeout(performance.now() - began);
  const other = await WsClient.open(`${ws}/websocket/other`);
  expect(await other.ask({ id: '1', toUserId: 'silent', ephemeral: true, message: 'x' })).toMatchObject({
    code: 'not_found',
  });
}

/** A phone in a lift: the network takes what is sent, and nobody answers. What it is sent does not keep it. */
async function findsTheGone({ port, ws }: RunningServer): Promise<void> {
  const aside = await WsClient.open(`${ws}/websocket/gone`);
  const sender = await WsClient.open(`${ws}/websocket/sender`);
  const began = performance.now();
  const gone = await RawSocket.upgraded(port, '/websocket/gone');
  const taken = aside.next();
  const isTaken = taken.then(() => true);
  let sent = 0;
  do {
    sent += 1;
    expect(await sender.ask({ id: 'x', toUserId: 'gone', ephemeral: true, message: `${sent}` })).toMatchObject({
      delivered: 1,
    });
  } while (!(await Promise.race([isTaken, pause(100)])));

  // The session that was set aside has its place again [MP-1.13], from the first message on that it can have.
  expect(await taken).toMatchObject({ fromUserId: 'sender', message: `${sent}` });
  expectAboutTheTimeout(performance.now() - began);
  expect(await gone.ending()).toBe('close 4408 silent');
}

/** A WebSocket-level pong counts. */
async function keepsWhoAnswers({ port }: RunningServer): Promise<void> {
  const began = performance.now();
  const socket = await RawSocket.upgraded(port, '/websocket/answering');
  expect(await socket.frame()).toMatchObject({ kind: 'ping' });
  socket.write(clientFrame(OPCODE.pong));
  expect(await socket.frame()).toMatchObject({ kind: 'ping' });
  await expectAlive(socket);
  expect(performance.now() - began).toBeGreaterThan(IDLE_TIMEOUT_S * 1_000);
}

/** So does a WebSocket-level ping. */
function keepsWhoPings({ port }: RunningServer): Promise<void> {
  return keepsWhoWrites(port, 'pinging', clientFrame(OPCODE.ping));
}

/** So does a text, whatever becomes of it. */
function keepsWhoSends({ port }: RunningServer): Promise<void> {
  return keepsWhoWrites(port, 'sending', textFrame('{"type":"history"}'));
}

async function keepsWhoWrites(port: number, user: string, frame: Buffer): Promise<void> {
  const socket = await RawSocket.upgraded(port, `/websocket/${user}`);
  for (const opened = performance.now(); performance.now() - opened < BEYOND_MS; await pause(1_000))
    socket.write(frame);
  await expectAlive(socket);
}

/** A browser that never sends a frame stays: like the `ws` package it answers the server's pings by itself. */
async function keepsTheListener({ ws }: RunningServer): Promise<void> {
  const listener = await WsClient.open(`${ws}/websocket/listener`);
  await pause(BEYOND_MS);
  expect(await listener.ask('ping')).toEqual({ type: 'pong' });
}

async function expectAlive(socket: RawSocket): Promise<void> {
  socket.write(textFrame('ping'));
  let frame = await socket.json();
  while (JSON.stringify(frame).includes('unsupported')) frame = await socket.json();
  expect(frame).toEqual({ type: 'pong' });
}

/** Measured from before the server can have opened the session; up to 5 s is the rule, the rest is for a busy machine. */
function expectAboutTheTimeout(ms: number): void {
  expect(ms).toBeGreaterThan((IDLE_TIMEOUT_S - 1) * 1_000);
  expect(ms).toBeLessThan((IDLE_TIMEOUT_S + 4) * 1_000);
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false));
}
