import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import type { StoreRead } from '../../src/messaging/ports/store-reads.js';
import { memoryStore, type NodeInProcess, nodeInProcess } from '../support/in-process.js';
import { startStandIn } from '../support/stand-in.js';
import { TOKEN_MODE } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const KIB = 1_024;
const NEVER = new Promise<never>(() => undefined);

interface Case {
  readonly env?: Readonly<Record<string, string>>;
  readonly store?: () => MessageStore;
  /** What of time the test turns by itself, from before the node starts. */
  readonly clocks?: ('setTimeout' | 'setInterval' | 'performance')[];
  /** A limit that has to be met on the way. */
  readonly after?: string;
  readonly meet: (node: NodeInProcess) => Promise<unknown>;
}

const open = ({ ws }: NodeInProcess, target: string) => WsClient.open(`${ws}/${target}`);
const refused = ({ ws }: NodeInProcess, target: string) => WsClient.refusal(`${ws}/${target}`);

/** A store that never answers this question. */
function storeWithout(question: keyof StoreRead): MessageStore {
  const store = memoryStore();
  const read: StoreRead = Object.assign(Object.create(store.read), { [question]: () => NEVER });
  return Object.assign(Object.create(store), { read });
}

function storeThatNeverWrites(): MessageStore {
  return Object.assign(Object.create(memoryStore()), { write: () => NEVER });
}

async function sendUntil(node: NodeInProcess, message: object, isEnough: () => Promise<boolean>): Promise<void> {
  const sender = await open(node, 'sender?v=1');
  expect(await sender.next()).toMatchObject({ type: 'welcome' });
  expect(await sender.next()).toMatchObject({ type: 'synced' });
  for (let id = 0; !(await isEnough()); id += 1) {
    sender.send({ type: 'message', id: `m${id}`, toUserId: 'slow', message: 'x'.repeat(60 * KIB), ...message });
    expect((await sender.next()).type).toBe('ack');
  }
}

/** Answers nobody. */
const silent = await startStandIn(() => undefined);
afterAll(() => silent.close());

/** Else a second might go by between the two of which a second allows one. */
const STANDING: Case['clocks'] = ['performance'];

/** How each limit is met, by its name in `minim_limit_hits_total`. */
const CASES: Readonly<Record<string, Case>> = {
  sessions: {
    env: { MINIM_MAX_SESSIONS: '1' },
    meet: async (node) => [await open(node, 'A'), await refused(node, 'B')],
  },
  sessions_per_user: {
    env: { MINIM_SESSIONS_PER_USER: '1' },
    meet: async (node) => [await open(node, 'A?device=1'), await open(node, 'A?device=2')],
  },
  sessions_per_address: {
    env: { MINIM_SESSIONS_PER_ADDRESS: '1' },
    meet: async (node) => [await open(node, 'A'), await refused(node, 'B')],
  },
  connects_per_s: {
    env: { MINIM_CONNECTS_PER_S: '1' },
    clocks: STANDING,
    meet: async (node) => [await open(node, 'A'), await refused(node, 'B')],
  },
  connects_per_s_per_address: {
    env: { MINIM_CONNECTS_PER_S_PER_ADDRESS: '1' },
    clocks: STANDING,
    meet: async (node) => [await open(node, 'A'), await refused(node, 'B')],
  },
  failed_logins: {
    env: { ...TOKEN_MODE, MINIM_FAILED_LOGINS_PER_MINUTE: '1' },
    meet: async (node) => {
      await (await open(node, 'A?token=a.b.c')).ended;
      await refused(node, 'A?token=a.b.c');
      expect(await node.metric('minim_logins_failed_total')).toBe(1);
    },
  },
  token_time: {
    env: TOKEN_MODE,
    clocks: ['setTimeout'],
    meet: async (node) => {
      const session = await open(node, 'A');
      expect(await node.metric('minim_sessions{kind="plain",state="waiting_for_token"}')).toBe(1);
      vi.advanceTimersByTime(5_000);
      expect(await session.ended).toMatchObject({ code: 4501 });
    },
  },
  frames_per_s: {
    env: { MINIM_FRAMES_PER_S: '1', MINIM_FRAMES_BURST: '1' },
    clocks: STANDING,
    meet: async (node) => {
      const session = await open(node, 'A');
      for (let i = 0; i < 2; i += 1) session.send({ toUserId: 'A', ephemeral: true, message: 'x' });
    },
  },
  bytes_per_s: {
    env: { MINIM_BYTES_PER_S: '10' },
    clocks: STANDING,
    meet: async (node) => {
      const session = await open(node, 'A');
      for (let i = 0; i < 2; i += 1) session.send({ toUserId: 'A', ephemeral: true, message: 'x'.repeat(100) });
    },
  },
  too_fast: {
    env: { MINIM_FRAMES_PER_S: '1', MINIM_FRAMES_BURST: '1' },
    clocks: ['performance'],
    after: 'frames_per_s',
    meet: async (node) => {
      const session = await open(node, 'A');
      for (let seconds = 0; seconds < 11; seconds += 1) {
        for (let i = 0; i < 3; i += 1) session.send({ toUserId: 'B', message: 'x' });
        await session.ping();
        vi.advanceTimersByTime(1_000);
      }
      session.send({ toUserId: 'B', message: 'x' });
      session.send({ toUserId: 'B', message: 'x' });
      expect(await session.ended).toMatchObject({ code: 4429 });
    },
  },
  bad_frames: {
    meet: async (node) => {
      const session = await open(node, 'A');
      for (let i = 0; i < 20; i += 1) session.send('{');
      expect(await session.ended).toMatchObject({ code: 4400 });
      expect(await node.metric('minim_refusals_total{code="bad_frame"}')).toBe(20);
    },
  },
  frame_bytes: {
    meet: async (node) => {
      const session = await open(node, 'A');
      session.send('x'.repeat(64 * KIB + 1));
      expect(await session.ended).toMatchObject({ code: 1009 });
    },
  },
  waiting_frames: {
    store: () => storeWithout('user'),
    meet: async (node) => {
      const session = await open(node, 'A?v=1');
      for (let i = 0; i <= 1_000; i += 1) session.send('ping');
    },
  },
  open_questions: {
    store: () => storeWithout('conversations'),
    meet: async (node) => {
      const session = await open(node, 'A?v=1');
      for (let i = 0; i < 9; i += 1) session.send({ type: 'conversations', id: `q${i}` });
    },
  },
  open_reads: {
    store: storeThatNeverWrites,
    meet: async (node) => {
      const session = await open(node, 'A?v=1');
      for (let i = 0; i <= 200; i += 1) session.send({ type: 'read', peerId: `P${i}`, seq: 1 });
    },
  },
  buffered_bytes: {
    env: { MINIM_MAX_BUFFERED_BYTES: '65536' },
    meet: async (node) => {
      const slow = await open(node, 'slow');
      slow.pause();
      const isMet = async () => (await node.metric('minim_limit_hits_total{limit="buffered_bytes"}')) > 0;
      await sendUntil(node, { ephemeral: true }, isMet);
      slow.terminate();
    },
  },
  slow_reader: {
    clocks: ['setInterval'],
    meet: async (node) => {
      const slow = await open(node, 'slow?v=1');
      slow.pause();
      await sendUntil(node, {}, async () => (await node.metric('minim_pauses_total')) > 0);
      expect(await node.metric('minim_sessions{kind="full",state="paused"}')).toBe(1);
      expect(await node.metric('minim_buffered_bytes')).toBeGreaterThan(64 * KIB);
      vi.advanceTimersByTime(31_000);
      slow.terminate();
    },
  },
  idle: {
    env: { MINIM_IDLE_TIMEOUT_S: '4' },
    clocks: ['setInterval'],
    meet: async (node) => {
      const session = await open(node, 'A');
      vi.advanceTimersByTime(5_000);
      expect(await session.ended).toMatchObject({ code: 4408 });
    },
  },
  queued_writes: {
    store: () => memoryStore({ maxQueuedWrites: 0 }),
    meet: async (node) => {
      const session = await open(node, 'A');
      expect(await session.ask({ toUserId: 'B', message: 'x' })).toMatchObject({ code: 'busy' });
      expect(await node.metric('minim_store_writes_total{kind="message",outcome="busy"}')).toBe(1);
    },
  },
  queued_hooks: {
    // Nobody listens there.
    env: { MINIM_HOOK_URL: 'http://127.0.0.1:9/', MINIM_HOOK_SECRET: 'x'.repeat(24) },
    store: () => memoryStore({ maxQueuedHooks: 0 }),
    meet: async (node) => {
      expect(await (await open(node, 'A')).ask({ id: '1', toUserId: 'B', message: 'x' })).toMatchObject({
        type: 'ack',
      });
      expect(await node.metric('minim_hooks_lost_total{why="refused"}')).toBeGreaterThan(0);
    },
  },
  waiting_checks: {
    env: { MINIM_BEFORE_SEND_URL: `${silent.url}/`, MINIM_HOOK_SECRET: 'x'.repeat(24) },
    meet: async (node) => {
      const session = await open(node, 'A');
      for (let i = 0; i <= 64; i += 1) session.send({ toUserId: 'B', message: 'x' });
      expect(await session.next()).toMatchObject({ code: 'busy' });
    },
  },
  devices: {
    store: () => memoryStore({ maxDevices: 1 }),
    meet: async (node) => [await open(node, 'A?v=1&device=a'), await open(node, 'A?v=1&device=b')],
  },
  recall_time: {
    env: { MINIM_RECALL_S: '0' },
    meet: async (node) => {
      const session = await open(node, 'A');
      const { messageId, sentAt } = await session.ask({ id: 'm1', toUserId: 'B', message: 'x' });
      await expect.poll(() => Date.now()).toBeGreaterThan(Number(sentAt));
      expect(await session.ask({ type: 'recall', id: 'r1', messageId })).toMatchObject({ code: 'forbidden' });
    },
  },
  key_rates: {
    env: { MINIM_FRAMES_PER_S: '1', MINIM_FRAMES_BURST: '1', MINIM_API_KEYS: `shop:send:${'k'.repeat(24)}` },
    clocks: STANDING,
    meet: async ({ url }) => {
      const headers = { 'x-api-key': 'k'.repeat(24), 'content-type': 'application/json' };
      const body = JSON.stringify({ toUserId: 'B', message: 'x' });
      const send = (id: string) => fetch(`${url}/api/v1/messages/${id}`, { method: 'PUT', headers, body });
      expect((await send('1')).status).toBe(201);
      expect((await send('2')).status).toBe(429);
    },
  },
  requests_per_s_per_address: {
    env: { MINIM_REQUESTS_PER_S_PER_ADDRESS: '1' },
    clocks: STANDING,
    meet: async ({ url }) => {
      await fetch(url);
      expect((await fetch(url)).status).toBe(429);
    },
  },
  http_body_bytes: {
    env: { MINIM_HTTP_BODY_BYTES: '1024' },
    meet: async (node) => {
      const post = (bytes: number) => fetch(`${node.url}/auth/wechat`, { method: 'POST', body: 'x'.repeat(bytes) });
      expect((await post(300 * KIB)).status).toBe(413);
    },
  },
};

/** Open connections have no setting: test/faults/open-files.process.test.ts meets that limit. */
const TRIED = [...Object.keys(CASES), 'connections'].sort();

describe('minim_limit_hits_total', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(Object.entries(CASES))('shows that %s was met, and nothing else was', async (limit, each) => {
    if (each.clocks !== undefined) vi.useFakeTimers({ toFake: each.clocks });
    const node = await nodeInProcess(each.env, each.store?.());
    const hits = () => hitLimits(node);
    expect(await hits()).toEqual([]);
    await each.meet(node);
    vi.useRealTimers();
    await expect.poll(hits, { interval: 5 }).toEqual([each.after ?? [], limit].flat());
  });

  it('counts a frame that the transport cuts off, and a body that it does not read or that is read and too large', async () => {
    for (const transport of ['uws', 'ws']) {
      const node = await nodeInProcess({ MINIM_TRANSPORT: transport, MINIM_HTTP_BODY_BYTES: '1024' });
      const session = await open(node, 'A');
      session.send('x'.repeat(130 * KIB));
      await session.ended;
      for (const bytes of [2 * KIB, 300 * KIB]) {
        const body = JSON.stringify('x'.repeat(bytes));
        const headers = { 'content-type': 'application/json' };
        expect((await fetch(`${node.url}/auth/wechat`, { method: 'POST', headers, body })).status).toBe(413);
      }
      await expect.poll(() => node.metric('minim_limit_hits_total{limit="frame_bytes"}')).toBe(1);
      await expect.poll(() => node.metric('minim_limit_hits_total{limit="http_body_bytes"}')).toBe(2);
    }
  });

  it('has every limit that is tried here, and docs/metrics.md says what each one is and which setting moves it', async () => {
    const { exposition } = await nodeInProcess();
    const shown = [...(await exposition.text()).matchAll(/^minim_limit_hits_total\{limit="(\w+)"\}/gm)];
    expect(shown.map(([, limit]) => limit).sort()).toEqual(TRIED);
    const page = readFileSync('docs/metrics.md', 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$/gm)].filter(
      ([, name]) => !name?.startsWith('minim_'),
    );
    expect(rows.map(([, limit]) => limit).sort()).toEqual(TRIED);
    const named = rows.flatMap(([, , setting = '']) => setting.match(/MINIM_\w+/g) ?? []);
    const limits = Object.values(SETTINGS).filter(({ meaning }) =>
      /beyond which|0 is no limit|of more|beyond it/.test(meaning),
    );
    expect(limits.length).toBeGreaterThan(12);
    for (const { name } of limits) expect(named).toContain(name);
  });
});

async function hitLimits({ exposition }: NodeInProcess): Promise<string[]> {
  const shown = (await exposition.text()).matchAll(/^minim_limit_hits_total\{limit="(\w+)"\} (?!0$)/gm);
  return Array.from(shown, ([, limit = '']) => limit);
}
