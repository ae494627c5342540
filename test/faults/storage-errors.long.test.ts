import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { need } from '../support/apt.js';
import { Load } from '../support/load.js';
import { NO_LOSSES } from '../support/losses.js';
import { mayMount, memoryFileSystem } from '../support/mounts.js';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { attach } from '../support/strace.js';
import { WsClient } from '../support/ws-client.js';

const strace = need('strace', 'strace') ?? '';
const SYNCS = 'fsync,fdatasync';
const SLOW_MS = 200;

async function readiness({ url }: RunningServer): Promise<{ status: number; store: string }> {
  const answer = await fetch(`${url}/health/ready`);
  const { parts } = (await answer.json()) as { parts: { store: string } };
  return { status: answer.status, store: parts.store };
}

/** Nothing is acked, the node says why in readiness and in the log, and sessions live. */
async function expectRefusal(load: Load, reason: RegExp): Promise<void> {
  const { server } = load;
  await expect
    .poll(() => readiness(server), { timeout: 20_000 })
    .toEqual({
      status: 503,
      store: expect.stringMatching(reason),
    });
  const [acked, busy] = [load.acked(), load.busy()];
  const session = await WsClient.open(`${server.ws}/websocket/witness`);
  for (let i = 0; i < 20; i += 1) {
    expect(await session.ask('ping')).toEqual({ type: 'pong' });
    await after(100);
  }
  expect(await session.ask({ id: 'x', toUserId: 'nobody', message: 'x'.repeat(60_000) })).toMatchObject({
    type: 'error',
    id: 'x',
    code: 'busy',
    retryAfterMs: expect.any(Number),
  });
  expect(load.acked()).toBe(acked);
  expect(load.busy()).toBeGreaterThan(busy);
  expect(server.log()).toMatch(/"msg":"the store takes no messages; sends are answered busy"/);
}

async function expectRecovery(load: Load): Promise<void> {
  await expect.poll(() => readiness(load.server), { timeout: 10_000 }).toEqual({ status: 200, store: 'ok' });
  await load.acks(500);
  expect(load.server.log()).toContain('"msg":"the store takes messages again"');
}

/** Neither this node nor the next one on its directory misses anything. */
async function expectNothingLost(load: Load, env: Record<string, string>): Promise<void> {
  await load.finish();
  expect(await load.losses()).toEqual(NO_LOSSES);
  await load.server.stop('SIGKILL');
  const next = await startServerForTest({ env });
  expect(await load.losses(next)).toEqual(NO_LOSSES);
  await next.stop();
}

describe.skipIf(strace === '')('a node whose disk', () => {
  let env = { MINIM_DATA_DIR: '' };
  beforeEach(() => {
    env = { MINIM_DATA_DIR: mkdtempSync(join(tmpdir(), 'minim-disk-')) };
  });
  afterEach(() => rmSync(env.MINIM_DATA_DIR, { recursive: true, force: true }));

  it('[MP-3.7] fails to sync answers busy, says so, and goes on by itself without having lost anything', async () => {
    const load = new Load(await startServerForTest({ env }));
    for (let round = 0; round < 3; round += 1) {
      await load.acks(500);
      const tracer = await attach(strace, load.server.pid, '-e', `trace=${SYNCS}`, '-e', `inject=${SYNCS}:error=EIO`);
      await expectRefusal(load, /SQLITE_IOERR/);
      await tracer.detach();
      await expectRecovery(load);
    }
    await expectNothingLost(load, env);
    process.stdout.write(`EIO: ${load.acked()} acked, ${load.busy()} busy, none lost\n`);
  });

  it(`takes ${SLOW_MS} ms to sync acks later, and answers pings at once`, async () => {
    const load = new Load(await startServerForTest({ env }));
    await load.acks(500);
    const delay = `inject=${SYNCS}:delay_exit=${SLOW_MS * 1000}`;
    const tracer = await attach(strace, load.server.pid, '-e', `trace=${SYNCS}`, '-e', delay);
    const [pinger, sender] = [
      await WsClient.open(`${load.server.ws}/websocket/pinger`),
      await WsClient.open(`${load.server.ws}/websocket/waiter`),
    ];
    const pings: number[] = [];
    const acks: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const began = performance.now();
      const ack = sender.ask({ id: `${i}`, toUserId: 'reader-0', message: 'x', ephemeral: false });
      for (let ping = 0; ping < 5; ping += 1) {
        const asked = performance.now();
        expect(await pinger.ask('ping')).toEqual({ type: 'pong' });
        pings.push(performance.now() - asked);
      }
      expect(await ack).toMatchObject({ type: 'ack', id: `${i}` });
      acks.push(performance.now() - began);
    }
    await tracer.detach();
    await load.acks(500);
    process.stdout.write(`slow sync: acks ${spread(acks)}, pings ${spread(pings)}\n`);
    expect(Math.min(...acks)).toBeGreaterThanOrEqual(SLOW_MS);
    expect(median(pings)).toBeLessThan(SLOW_MS / 4);
    expect(load.server.log()).not.toContain('the store takes no messages');
    await load.finish();
  });
});

describe.skipIf(!mayMount('tmpfs'))('a node whose disk is full', () => {
  it('[MP-3.7] answers busy, says so, and goes on by itself when there is room again', async () => {
    const disk = memoryFileSystem('2m');
    onTestFinished(() => disk.remove());
    const env = { MINIM_DATA_DIR: disk.directory };
    const load = new Load(await startServerForTest({ env }), { padding: 2000 });
    await load.standstill();
    await expectRefusal(load, /SQLITE_(FULL|IOERR)/);
    expect(load.acked()).toBeGreaterThan(100);
    disk.resize('64m');
    await expectRecovery(load);
    await expectNothingLost(load, env);
    process.stdout.write(`disk full: ${load.acked()} acked, ${load.busy()} busy, none lost\n`);
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} ms, half below ${median(values).toFixed(1)}`;
}
