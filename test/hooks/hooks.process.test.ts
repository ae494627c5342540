import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/client-events.js';
import { HOOK_SECRET, HookReceiver, never, status, type Told } from '../support/hook-receiver.js';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const open = (server: RunningServer, userId: string) => WsClient.open(`${server.ws}/websocket/${userId}`);

async function acked(sender: WsClient, frames: readonly object[]): Promise<number> {
  for (const frame of frames) sender.send({ ...frame });
  const answers = await sender.nextOnes(frames.length);
  return answers.filter(({ type }) => type === 'ack').length;
}

function messages(toUserId: string, count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    type: 'message',
    id: `${toUserId}-${i}`,
    toUserId,
    message: `m${i}`,
  }));
}

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'minim-hooks-'));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The function that docs/hooks.md shows. */
function verifierOfTheDocs(): (secret: string, headers: Told['headers'], body: string) => boolean {
  const [, program = ''] = /```js\n(import .*?)```/s.exec(readFileSync('docs/hooks.md', 'utf8')) ?? [];
  const [imports = '', ...lines] = program.split('\n');
  expect(imports).toBe("import { createHmac, timingSafeEqual } from 'node:crypto'");
  expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(7);
  return new Function('createHmac', 'timingSafeEqual', `${lines.join('\n')}; return verify`)(
    createHmac,
    timingSafeEqual,
  );
}

describe('the hook', () => {
  it('is told of a message for somebody who is not there, signed as docs/hooks.md says, and of none for who is', async () => {
    const receiver = await HookReceiver.start();
    const server = await startServerForTest({ env: receiver.env });
    const [a, b] = [await open(server, 'A'), await open(server, 'B')];
    const { messageId, sentAt } = await a.ask({ id: '1', toUserId: 'B', message: 'you are here' });
    expect(messageId).toBeDefined();
    expect(await b.next()).toMatchObject({ message: 'you are here' });
    const ack = await a.ask({ id: '2', toUserId: 'C', message: { order: 7, text: '面条 "x"' } });
    const [told] = await receiver.until('message.waiting', 1);
    expect(told?.event).toEqual({
      type: 'message.waiting',
      eventId: expect.any(String),
      at: ack.sentAt,
      userId: 'C',
      fromUserId: 'A',
      messageId: ack.messageId,
      seq: 1,
      sentAt: ack.sentAt,
      message: { order: 7, text: '面条 "x"' },
    });
    expect(Number(ack.sentAt)).toBeGreaterThanOrEqual(Number(sentAt));
    expect(told?.headers['content-type']).toBe('application/json');
    expect(told?.headers['x-minim-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    const verify = verifierOfTheDocs();
    const { headers = {}, body = '' } = told ?? {};
    expect(verify(HOOK_SECRET, headers, body)).toBe(true);
    expect(verify(`${HOOK_SECRET}x`, headers, body)).toBe(false);
    expect(verify(HOOK_SECRET, headers, `${body} `)).toBe(false);
    const old = String(Number(headers['x-minim-timestamp']) - 600_000);
    expect(verify(HOOK_SECRET, { ...headers, 'x-minim-timestamp': old }, body)).toBe(false);
    expect(verify(HOOK_SECRET, {}, body)).toBe(false);
    expect(receiver.of('message.waiting')).toHaveLength(1);
  });

  it('is told again what it did not take, and of each user in order, whatever it answers', async () => {
    const receiver = await HookReceiver.start();
    const faults = [500, 503, 429, 302];
    const seen = new Map<unknown, number>();
    receiver.answer = (told, response) => {
      const times = seen.get(told.event.eventId) ?? 0;
      seen.set(told.event.eventId, times + 1);
      const fault = faults[(seen.size + times) % 7];
      status(fault !== undefined && times < 2 ? fault : 200)(told, response);
    };
    const server = await startServerForTest({ env: { ...receiver.env, MINIM_HOOK_CONCURRENCY: '3' } });
    const a = await open(server, 'A');
    const sent = ['B', 'C', 'D', 'E'].flatMap((userId) => messages(userId, 12));
    expect(await acked(a, sent)).toBe(48);
    await expect.poll(() => new Set(receiver.of('message.waiting').map(({ event }) => event.eventId)).size).toBe(48);
    for (const userId of ['B', 'C', 'D', 'E']) {
      const ofUser = receiver.of('message.waiting').filter(({ event }) => event.userId === userId);
      const seqs = ofUser.map(({ event }) => Number(event.seq));
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
    }
    expect(receiver.of('message.waiting').length).toBeGreaterThan(48);
  });

  itMeanwhile('is told of what was acked before the server was killed, after its next start', async () => {
    const receiver = await HookReceiver.start(never);
    const env = { ...receiver.env, MINIM_DATA_DIR: dataDirectory() };
    const killed = await startServerForTest({ env });
    expect(await acked(await open(killed, 'A'), [...messages('B', 5), ...messages('C', 5)])).toBe(10);
    await killed.stop('SIGKILL');
    receiver.told.splice(0);
    receiver.answer = status(200);
    await startServerForTest({ env });
    const told = () => new Set(receiver.of('message.waiting').map(({ event }) => `${event.userId}${event.message}`));
    // What the one that was killed has said last may be among them, once more.
    await eventually(() => told().size === 10);
    const expected = ['B', 'C'].flatMap((userId) => Array.from({ length: 5 }, (_, i) => `${userId}m${i}`));
    expect([...told()].sort()).toEqual(expected);
  });

  it('costs no ack anything when it never answers, and is asked no more than so many times at once', async () => {
    const receiver = await HookReceiver.start(never);
    const server = await startServerForTest({ env: { ...receiver.env, MINIM_HOOK_CONCURRENCY: '2' } });
    const [a, b] = [await open(server, 'A'), await open(server, 'Z')];
    for (let user = 0; user < 20; user += 1) expect(await acked(a, messages(`U${user}`, 25))).toBe(25);
    a.send({ toUserId: 'Z', message: 'delivered' });
    expect(await b.next()).toMatchObject({ message: 'delivered' });
    expect(receiver.told.length).toBeLessThanOrEqual(2);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('minim_store_writes_total{kind="message",outcome="stored"} 501');
    expect(metrics).toContain('minim_hooks_total{outcome="delivered"} 0');
    await expect
      .poll(async () => (await (await fetch(`${server.url}/metrics`)).text()).match(/^minim_hooks_queued (\d+)$/m)?.[1])
      .toBe('502');
  });

  itMeanwhile('is told who comes, and who went with a node that stopped', async () => {
    const receiver = await HookReceiver.start();
    const env = { ...receiver.env, MINIM_DATA_DIR: dataDirectory() };
    const server = await startServerForTest({ env });
    await open(server, 'A');
    await open(server, 'A');
    const [came] = await receiver.until('user.online', 1);
    expect(came?.event).toEqual({
      type: 'user.online',
      eventId: expect.any(String),
      at: expect.any(Number),
      userId: 'A',
    });
    await server.stop();
    await startServerForTest({ env });
    const [went] = await receiver.until('user.offline', 1);
    expect(went?.event).toMatchObject({ userId: 'A' });
    expect(receiver.told).toHaveLength(2);
  });
});
