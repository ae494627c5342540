import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handshake, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';

const ENTRY = join(import.meta.dirname, '../../dist/main.js');
/** Node alone has two hundred open for a moment while it loads the program. */
const OPEN_FILES = 512;
/** What src/ops/open-files.ts leaves free of so low a limit. */
const RESERVE = 100;
/** What it leaves of that to the program itself, with whatever else connects. */
const OWN_FILES = 64;
/** A clock tick of /proc, in milliseconds: `getconf CLK_TCK` is 100 wherever Node runs. */
const TICK_MS = 10;

describe.each(['uws', 'ws'])(`a node on the %s transport that may open ${OPEN_FILES} files`, (transport) => {
  it('[MP-1.10] takes as many sessions as leave room, refuses the rest with 503, and serves HTTP all the while', async () => {
    const { child, port } = await startWithOpenFiles(transport);
    const room = OPEN_FILES - RESERVE;
    const sessions: RawSocket[] = [];
    while (sessions.length < room) sessions.push(await RawSocket.upgraded(port, `/websocket/u${sessions.length}`));

    for (let i = 0; i < 300; i += 1) {
      const refused = await RawSocket.open(port);
      refused.write(handshake('/websocket/late'));
      const { status, headers } = await refused.answer();
      expect([status, headers['retry-after']]).toEqual([503, '5']);
      refused.destroy();
    }
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);

    sessions.pop()?.destroy();
    await expect
      .poll(() => WsClient.open(`ws://127.0.0.1:${port}/websocket/next`).then(askPing, () => 'refused'))
      .toBe('pong');
    expect(await cpuMsOver(child, 300)).toBeLessThan(150);
  });

  it('serves the sessions it has when connections that say nothing take all the rest, is calm, and takes new ones after them', async () => {
    const { child, port } = await startWithOpenFiles(transport);
    const session = await WsClient.open(`ws://127.0.0.1:${port}/websocket/here`);
    const silent = await Promise.all(Array.from({ length: OPEN_FILES + 50 }, () => RawSocket.open(port)));
    const held = OPEN_FILES - OWN_FILES - 1;
    await expect.poll(() => silent.filter(({ isEnded }) => !isEnded).length).toBe(held);
    for (let i = 0; i < 20; i += 1) {
      const sentAt = performance.now();
      expect(await askPing(session)).toBe('pong');
      expect(performance.now() - sentAt).toBeLessThan(1_000);
    }
    // At the limit itself the event loop would spin: 300 ms in this time, and more.
    expect(await cpuMsOver(child, 1_000)).toBeLessThan(100);

    await expect(WsClient.open(`ws://127.0.0.1:${port}/websocket/late`)).rejects.toThrow();
    expect(silent.filter(({ isEnded }) => !isEnded)).toHaveLength(held);
    expect(await askPing(session)).toBe('pong');
    for (const socket of silent) socket.destroy();
    await expect
      .poll(() => WsClient.open(`ws://127.0.0.1:${port}/websocket/next`).then(askPing, () => 'refused'))
      .toBe('pong');
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const cut = Number(/^minim_limit_hits_total\{limit="connections"\} (\d+)$/m.exec(metrics)?.[1]);
    expect(cut).toBeGreaterThan(silent.length - held);
  });
});

/** The built program under a shell's `ulimit`, which Node cannot set for a child. */
async function startWithOpenFiles(transport: string): Promise<{ child: ChildProcess; port: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'minim-files-'));
  const child = spawn('sh', ['-c', `ulimit -n ${OPEN_FILES} && exec "${process.execPath}" "${ENTRY}"`], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_PRETTY: 'off',
      MINIM_TRANSPORT: transport,
      MINIM_DATA_DIR: directory,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  });
  let log = '';
  const deadline = AbortSignal.timeout(15_000);
  for (;;) {
    const port = /"port":(\d+),"msg":"listening"/.exec(log)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
    const [chunk] = await once(child.stderr ?? child, 'data', { signal: deadline });
    log += String(chunk);
  }
}

async function askPing(client: WsClient): Promise<unknown> {
  return (await client.ask('ping')).type;
}

async function cpuMsOver(child: ChildProcess, ms: number): Promise<number> {
  const before = cpuMs(child);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return cpuMs(child) - before;
}

function cpuMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
