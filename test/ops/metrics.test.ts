import { readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { nodeInProcess } from '../support/in-process.js';
import { handshake, RawSocket } from '../support/raw-socket.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const KEYS = { send: 'a-key-that-may-send-0123456789', read: 'a-key-that-may-read-0123456789' };

/** Of every metric that a node shows. */
async function shownFamilies(): Promise<{ name: string; type: string; help: string }[]> {
  const text = await (await nodeInProcess()).exposition.text();
  const found = text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm);
  return Array.from(found, ([, name = '', help = '', type = '']) => ({ name, type, help }));
}

describe('docs/metrics.md', () => {
  it('shows every metric of ours with its type, what it means and what to do', async () => {
    const own = (await shownFamilies()).filter(({ name }) => name.startsWith('minim_'));
    const rows = readFileSync('docs/metrics.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `minim_'));
    const shown = rows.map((row) => /^\| `(\w+)` \| (\w+) \| (.+?) \| .+ \|$/.exec(row)?.slice(1));
    expect(shown).toEqual(own.map(({ name, type, help }) => [name, type, help]));
  });

  it('names them as Prometheus wants it', async () => {
    for (const { name, type } of await shownFamilies()) {
      if (!name.startsWith('minim_')) continue;
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_(seconds|writes)$/);
    }
  });
});

/** What Prometheus finds under each family. */
async function shownNames(): Promise<ReadonlySet<string>> {
  const shown = await shownFamilies();
  return new Set(
    shown.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

const METRIC = /\b(minim|nodejs|process)_\w+/g;

describe('the alarms of docs/deployment.md', () => {
  const text = readFileSync('docs/deployment.md', 'utf8');
  const table = text.slice(text.indexOf('| alarm |'), text.indexOf('## What happens when'));
  const alarms = table.split('\n').flatMap((row) => /^\| `(.+?)`/.exec(row)?.[1] ?? []);

  it('ask only for metrics that there are', async () => {
    expect(alarms.length).toBeGreaterThan(15);
    const names = await shownNames();
    for (const alarm of alarms.filter((each) => !each.startsWith('up{'))) {
      expect(alarm.match(METRIC) ?? [], alarm).not.toEqual([]);
      for (const name of alarm.match(METRIC) ?? []) expect(names, alarm).toContain(name);
    }
  });

  it('stand beside no metric that there is not', async () => {
    const names = new Set((await shownFamilies()).map(({ name }) => name));
    const words = [...text.matchAll(/`([a-z_]+)(?:\{[^`]*)?`/g)].flatMap(([, word = '']) => word.match(METRIC) ?? []);
    expect(words).toContain('minim_limit_hits_total');
    for (const word of words) expect(names).toContain(word);
  });

  it('look at labels that there are', async () => {
    const shown = await (await nodeInProcess()).exposition.text();
    for (const limit of ['sessions', 'connections'])
      expect(shown).toContain(`minim_limit_hits_total{limit="${limit}"}`);
  });
});

describe('docker/grafana-dashboard.json', () => {
  it('asks only for metrics that there are', async () => {
    const dashboard = JSON.parse(readFileSync('docker/grafana-dashboard.json', 'utf8'));
    const queries: string[] = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    expect(queries.length).toBeGreaterThan(20);
    const names = await shownNames();
    for (const query of queries) {
      const asked = query.match(METRIC) ?? [];
      expect(asked, query).not.toEqual([]);
      for (const name of asked) expect(names, query).toContain(name);
    }
  });
});

describe('GET /metrics', () => {
  it('is for everyone in open mode, in the text format of Prometheus', async () => {
    const { url } = await nodeInProcess();
    const { headers, text } = await request(url).get('/metrics').expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toContain('\nminim_users 0\n');
  });

  it('is for API keys that may read where tokens are asked for, in either header', async () => {
    const keys = `sender:send:${KEYS.send},watcher:read:${KEYS.read}`;
    const { url } = await nodeInProcess({ ...TOKEN_MODE, MINIM_API_KEYS: keys });
    const ask = (headers: Record<string, string>) => request(url).get('/metrics').set(headers);
    await ask({}).expect(401);
    await ask({ 'x-api-key': 'a-key-that-nobody-has-0123456789' }).expect(401);
    await ask({ authorization: `Bearer ${await tokenOf('A')}` }).expect(401);
    await ask({ 'x-api-key': KEYS.send }).expect(403);
    await ask({ 'x-api-key': KEYS.read }).expect(200);
    await ask({ authorization: `Bearer ${KEYS.read}` }).expect(200);
  });
});

describe.each(['uws', 'ws'])('what a node tells (%s)', (transport) => {
  const start = () => nodeInProcess({ MINIM_TRANSPORT: transport });

  it('counts frames by type both ways, messages by what became of them, and times them', async () => {
    const { ws, metric } = await start();
    const receiver = await WsClient.open(`${ws}/B?v=1&device=phone`, { ignored: 'synced' });
    await receiver.next();
    const sender = await WsClient.open(`${ws}/A`);
    const message = { type: 'message', id: 'm1', toUserId: 'B', message: 'hello' };
    expect(await sender.ask(message)).toMatchObject({ type: 'ack' });
    expect(await sender.ask(message)).toMatchObject({ duplicate: true });
    expect(await sender.ask({ ...message, message: 'other' })).toMatchObject({ code: 'conflict' });
    expect(await sender.ask({ type: 'mystery' })).toMatchObject({ code: 'bad_frame' });
    expect(await sender.ask('good morning')).toMatchObject({ type: 'broadcast' });
    expect(await sender.ask('ping')).toMatchObject({ type: 'pong' });
    expect(await receiver.nextOnes(2)).toMatchObject([{ type: 'message' }, { type: 'broadcast' }]);
    expect(await sender.ask({ ...message, id: 'e1', ephemeral: true })).toMatchObject({ delivered: 1 });
    const expected = {
      'minim_frames_received_total{type="message"}': 4,
      'minim_frames_received_total{type="broadcast"}': 1,
      'minim_frames_received_total{type="ping"}': 1,
      'minim_frames_received_total{type="none"}': 1,
      'minim_frames_sent_total{type="welcome"}': 1,
      'minim_frames_sent_total{type="message"}': 2,
      'minim_frames_sent_total{type="ack"}': 3,
      'minim_frames_sent_total{type="error"}': 2,
      'minim_frames_sent_total{type="pong"}': 1,
      minim_broadcasts_published_total: 1,
      'minim_refusals_total{code="conflict"}': 1,
      'minim_refusals_total{code="bad_frame"}': 1,
      'minim_store_writes_total{kind="message",outcome="stored"}': 1,
      'minim_store_writes_total{kind="message",outcome="duplicate"}': 1,
      'minim_store_writes_total{kind="message",outcome="conflict"}': 1,
      'minim_store_writes_total{kind="broadcast",outcome="stored"}': 1,
      'minim_bus_notes_total{kind="inbox"}': 2,
      minim_ack_seconds_count: 2,
      minim_delivery_seconds_count: 1,
      minim_ephemeral_delivery_seconds_count: 1,
      minim_store_up: 1,
      minim_store_queued_writes: 0,
    };
    for (const [shown, value] of Object.entries(expected)) expect([shown, await metric(shown)]).toEqual([shown, value]);
  });

  it('counts sessions by kind and state, why some were refused, and how they ended', async () => {
    const { ws, metric } = await start();
    await WsClient.open(`${ws}/A`);
    const second = await WsClient.open(`${ws}/A`);
    const full = await WsClient.open(`${ws}/B?v=1&device=phone`);
    await expect.poll(() => metric('minim_sessions{kind="full",state="live"}')).toBe(1);
    expect(await metric('minim_sessions{kind="plain",state="live"}')).toBe(1);
    expect(await metric('minim_sessions{kind="plain",state="set_aside"}')).toBe(1);
    expect(await metric('minim_users')).toBe(2);
    await WsClient.refusal(`${ws}/a%2Fb`);
    await second.leave(4_321);
    full.sendBytes(Buffer.from('x'));
    await full.ended;
    await expect.poll(() => metric('minim_closes_total{code="other",word="peer"}')).toBe(1);
    expect(await metric('minim_closes_total{code="1003",word="binary"}')).toBe(1);
    expect(await metric('minim_connects_refused_total{reason="bad_request"}')).toBe(1);
    expect(await metric('minim_connects_refused_total{reason="handshake"}')).toBe(0);
    expect(await metric('minim_connects_total')).toBe(3);
  });

  it('shows connections that are slow with their handshake, or say nothing, for as long as they last', async () => {
    const { url, ws, metric } = await start();
    const [silent, slow] = [
      await RawSocket.open(Number(new URL(url).port)),
      await RawSocket.open(Number(new URL(url).port)),
    ];
    slow.write(handshake('/websocket/A').slice(0, 60));
    await WsClient.open(`${ws}/B`);
    await expect.poll(() => metric('minim_http_connections')).toBe(2);
    silent.destroy();
    slow.destroy();
    await expect.poll(() => metric('minim_http_connections')).toBe(0);
  });
});
