import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { need } from '../support/apt.js';
import { freePort } from '../support/client-ports.js';
import { type NginxOptions, type RunningNginx, startNginx, startNginxForTest } from '../support/nginx.js';
import { textFrame } from '../support/raw-frames.js';
import { handshake, RawSocket } from '../support/raw-socket.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const binary = need('nginx', 'nginx');
const openssl = need('openssl', 'openssl');

describe.skipIf(binary === undefined)('docker/nginx.conf, run by a real nginx in front of the built program', () => {
  let minim: RunningServer;
  let nginx: RunningNginx;

  beforeAll(async () => {
    minim = await startServer();
    nginx = await start({ upstreamPort: minim.port });
  });

  afterAll(async () => {
    await nginx?.stop();
    await minim?.stop();
  });

  const connect = (path: string) => connectTo(nginx.port, path);

  it('upgrades, and the welcome that comes right after the 101 arrives', async () => {
    const client = await connect('A?v=1');
    expect(await client.next()).toMatchObject({ type: 'welcome', userId: 'A' });
  });

  it('carries direct messages both ways', async () => {
    const [a, b] = [await connect('A'), await connect('B')];
    a.send({ toUserId: 'B', message: 'hello' });
    expect(await b.next()).toMatchObject({ type: 'message', fromUserId: 'A', message: 'hello' });
    b.send({ toUserId: 'A', message: 'hello yourself' });
    expect(await a.next()).toMatchObject({ type: 'message', fromUserId: 'B', message: 'hello yourself' });
  });

  it('answers a first frame that a client glued to its handshake', async () => {
    const socket = await gluedPing(nginx.port);
    expect(await socket.json()).toStrictEqual({ type: 'pong' });
  });

  it("tells the node the client's own address, host and scheme, whatever the client claims", async () => {
    const front = await startForThisTest({ upstreamPort: await startEcho() });
    const claims = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', host: 'im.example:8443' };
    const answer = await get(front.port, '/websocket/A?token=secret', claims, '127.0.0.2');
    expect(JSON.parse(answer.body)).toMatchObject({
      'x-forwarded-for': '127.0.0.2',
      'x-forwarded-proto': 'http',
      host: 'im.example:8443',
      connection: 'close',
    });
    expect(await front.stop()).toMatch(/^127\.0\.0\.2 .* "GET \/websocket\/A" 200 /);
  });

  it('passes the pages and the JSON errors of the node on as they are', async () => {
    const page = await get(nginx.port, '/');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Minim is running');
    for (const path of ['/nowhere', '/websocket/A', '/health/ready']) {
      expect(await get(nginx.port, path)).toStrictEqual(await get(minim.port, path));
    }
  });

  it('passes refusals of an upgrade on, body and all', async () => {
    const refusal = await WsClient.refusal(`ws://127.0.0.1:${nginx.port}/websocket/a%2Fb`);
    expect(refusal).toMatchObject({ status: 400, body: { statusCode: 400, error: 'Bad Request' } });
  });

  it('answers 503 with Retry-After and JSON where no node answers', async () => {
    const alone = await startForThisTest({ upstreamPort: await freePort() });
    const refusal = await WsClient.refusal(`ws://127.0.0.1:${alone.port}/websocket/A`);
    expect(refusal).toMatchObject({ status: 503, body: { statusCode: 503, error: 'Service Unavailable' } });
    expect(refusal.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('keeps an open session through a reload, and new ones reach old ones', async () => {
    const before = await connect('before');
    expect(await before.ask('ping')).toStrictEqual({ type: 'pong' });
    await nginx.reload();
    const after = await connect('after');
    after.send({ toUserId: 'before', message: 'are you there?' });
    expect(await before.next()).toMatchObject({ fromUserId: 'after' });
    before.send({ toUserId: 'after', message: 'I am' });
    expect(await after.next()).toMatchObject({ fromUserId: 'before' });
  });

  it.skipIf(openssl === undefined)('speaks TLS once its lines are filled in', async () => {
    const { certificate, key } = selfSigned();
    const port = await freePort();
    await startForThisTest({
      upstreamPort: minim.port,
      replace: {
        '# listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
        '# ssl_certificate /etc/nginx/tls/fullchain.pem;': `ssl_certificate ${certificate};`,
        '# ssl_certificate_key /etc/nginx/tls/privkey.pem;': `ssl_certificate_key ${key};`,
        '# ssl_protocols ': 'ssl_protocols ',
        '# ssl_session_cache ': 'ssl_session_cache ',
      },
    });
    const client = await WsClient.open(`wss://127.0.0.1:${port}/websocket/safe`, { rejectUnauthorized: false });
    expect(await client.ask('ping')).toStrictEqual({ type: 'pong' });
  });
});

describe('a first frame glued to the handshake, without nginx', () => {
  it('is answered on the ws transport', async () => {
    const socket = await gluedPing(await nodeOn('ws'));
    expect(await socket.json()).toStrictEqual({ type: 'pong' });
  });

  /** RFC 6455 §4.1 has a client wait for the 101, so only a client that breaks it notices. */
  it('is lost on uWebSockets.js, a known departure, and the session goes on', async () => {
    const socket = await gluedPing(await nodeOn('uws'));
    socket.write(textFrame('{"message":"second"}'));
    expect(await socket.json()).toMatchObject({ type: 'broadcast', message: 'second' });
  });

  async function nodeOn(transport: string): Promise<number> {
    const node = await startServer({ env: { MINIM_TRANSPORT: transport } });
    onTestFinished(async () => void (await node.stop()));
    return node.port;
  }
});

function start(options: Omit<NginxOptions, 'binary'>): Promise<RunningNginx> {
  return startNginx({ binary: binary ?? 'nginx', ...options });
}

function startForThisTest(options: Omit<NginxOptions, 'binary'>): Promise<RunningNginx> {
  return startNginxForTest({ binary: binary ?? 'nginx', ...options });
}

function connectTo(port: number, path: string): Promise<WsClient> {
  return WsClient.open(`ws://127.0.0.1:${port}/websocket/${path}`);
}

/** Handshake and ping leave in one segment; resolves when the 101 has been read. */
async function gluedPing(port: number): Promise<RawSocket> {
  const socket = await RawSocket.open(port);
  // A user to whom nobody wrote: what a plain session has not confirmed comes again [MP-3.8].
  socket.write(Buffer.concat([Buffer.from(handshake('/websocket/hasty')), textFrame('ping')]));
  expect((await socket.answer()).status).toBe(101);
  return socket;
}

/** A node that answers every request with the headers it got; resolves with its port. */
async function startEcho(): Promise<number> {
  const server = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers)));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function selfSigned(): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'minim-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const made = spawnSync(openssl ?? '', [...words, '-subj', '/CN=localhost', '-keyout', key, '-out', certificate]);
  expect(made.status, String(made.stderr)).toBe(0);
  return { certificate, key };
}

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

async function get(
  port: number,
  path: string,
  headers: IncomingHttpHeaders = {},
  localAddress = '127.0.0.1',
): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, path, headers, localAddress, agent: false }).end();
  const [response] = await once(asking, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  return { status: response.statusCode, type: response.headers['content-type'], body };
}
