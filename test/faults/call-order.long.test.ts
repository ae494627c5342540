import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { need } from '../support/apt.js';
import { CALLS, type CallOrder, callOrder } from '../support/call-order.js';
import { Sender } from '../support/sender.js';
import { startServerForTest } from '../support/server.js';
import { attach } from '../support/strace.js';
import { weakerProgram } from '../support/weaker-program.js';
import { WsClient } from '../support/ws-client.js';

const ACKS = 10_000;
const strace = need('strace', 'strace') ?? '';
/** As `Sender` makes them. */
const ID = /order-\d-\d{6}/g;

/** The order of the system calls of a node that acks `acks` messages and delivers them. */
async function orderOf(acks: number, entry?: string): Promise<CallOrder> {
  const directory = mkdtempSync(join(tmpdir(), 'minim-calls-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const env = { MINIM_DATA_DIR: join(directory, 'data') };
  const server = await startServerForTest({ env, ...(entry === undefined ? {} : { entry }) });
  const reader = await WsClient.open(`${server.ws}/websocket/reader?v=1`, { ignored: 'message' });
  const trace = join(directory, 'trace');
  const tracer = await attach(strace, server.pid, '-y', '-s', '100000', '-e', `trace=${CALLS}`, '-o', trace);
  const senders = [0, 1, 2].map(
    (i) => new Sender({ userId: `order-${i}`, recipients: ['reader'], window: 30, isUnmasked: true }),
  );
  const end = new AbortController();
  const ends = senders.map((sender) => sender.run(server.ws, end.signal));
  const acked = () => senders.reduce((sum, sender) => sum + sender.acked.length, 0);
  await expect.poll(acked, { timeout: 240_000, interval: 50 }).toBeGreaterThan(acks);
  end.abort();
  await Promise.all(ends);
  await tracer.detach();
  await reader.leave();
  await server.stop();
  const order = await callOrder(trace, ID);
  expect(order.inOrder + order.early).toBe(acked());
  return order;
}

describe.skipIf(strace === '')('the order of system calls', () => {
  it('[MP-3.1] lets nothing of a message leave before it was synced: no ack and no delivery', async () => {
    const { inOrder, early, syncs } = await orderOf(ACKS);
    process.stdout.write(`system calls: ${inOrder} messages in order, ${early} not, ${syncs} syncs\n`);
    expect(early).toBe(0);
    expect(inOrder).toBeGreaterThan(ACKS);
  });

  it('is another in a program that does not wait for the disk: this test sees it', async () => {
    const weaker = weakerProgram();
    onTestFinished(() => weaker.remove());
    const { early } = await orderOf(1000, weaker.entry);
    expect(early).toBeGreaterThan(900);
  });
});
