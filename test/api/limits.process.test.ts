import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { httpRequest, RawSocket } from '../support/raw-socket.js';
import { startServerForTest } from '../support/server.js';
import { SECRET } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const KEY = 'admin-key-of-the-tests-0123456789';
const JSON_TYPE = 'Content-Type: application/json';

describeNode(
  'a node that bounds the rate of requests',
  (node) => {
    const ask = (path: string, from: string) => request(node.server.url).get(path).set('x-forwarded-for', from);

    it('does so for each address, whatever it asks for', async () => {
      const paths = ['/', '/nothing', '/%zz', '/websocket/A'];
      const begunAt = performance.now();
      for (const path of paths) expect((await ask(path, '203.0.113.1')).status).not.toBe(429);
      let taken = paths.length;
      for (const path of [...paths, '/health/../', '/health/live/x']) {
        let answer = await ask(path, '203.0.113.1');
        // Every quarter of a second one more may pass.
        for (; answer.status !== 429; answer = await ask(path, '203.0.113.1')) taken += 1;
        const { headers, body } = answer;
        expect(headers['retry-after']).toMatch(/^[12]$/);
        expect(body).toEqual({
          statusCode: 429,
          error: 'Too Many Requests',
          message: expect.stringMatching(/^this address asks too much; try again in [12] s$/),
        });
      }
      expect(taken).toBeLessThanOrEqual(4 + (4 * (performance.now() - begunAt)) / 1_000);
      await ask('/', '203.0.113.2').expect(200);
    });

    it('does not count those who ask whether the node is well', async () => {
      for (let i = 0; i < 20; i += 1) {
        await ask('/health/live', '203.0.113.3').expect(200);
        await ask('/health/ready', '203.0.113.3').expect(200);
      }
      await ask('/', '203.0.113.3').expect(200);
    });

    let addresses = 0;
    const nextAddress = () => {
      addresses += 1;
      return `203.0.113.${100 + addresses}`;
    };
    const post = (path: string, body: string) =>
      request(node.server.url)
        .post(path)
        .set({ 'content-type': 'application/json', 'x-api-key': KEY, 'x-forwarded-for': nextAddress() })
        .send(body);
    const deep = (open: string, close: string) => `{"userId":"A","a":${open.repeat(50_000)}1${close.repeat(50_000)}}`;

    it.each([
      ['deep lists', deep('[', ']'), 200],
      ['deep objects', deep('{"a":', '}'), 200],
      ['300 000 objects', `[${'{},'.repeat(300_000)}{}]`, 400],
      ['a prototype', '{"__proto__":{"userId":"A","code":"x"}}', 400],
      ['a constructor', '{"constructor":{"prototype":{"userId":"A","code":"x"}}}', 400],
      ['null', 'null', 400],
      ['a number', '7', 400],
      ['a text', '"code"', 400],
    ])('a body that is there to do harm is answered like any other: %s', async (_what, body, status) => {
      await post('/auth/ticket', body).expect(status);
      await post('/auth/wechat', body).expect(400);
      expect(node.server.log()).not.toContain('"level":"error"');
    });
  },
  {
    MINIM_REQUESTS_PER_S_PER_ADDRESS: '4',
    MINIM_TRUSTED_PROXIES: '127.0.0.1',
    MINIM_AUTH: 'token',
    MINIM_JWT_SECRET: SECRET,
    MINIM_API_KEYS: `shop:admin:${KEY}`,
    MINIM_WECHAT_APPID: 'wx0123456789abcdef',
    MINIM_WECHAT_SECRET: 'none',
    MINIM_WECHAT_URL: 'http://127.0.0.1:9',
  },
);

describeNode(
  'a node with a small size of bodies',
  (node) => {
    const post = (body: string, lines: readonly string[] = [`Content-Length: ${body.length}`]) =>
      RawSocket.ask(node.server.port, httpRequest('POST', '/auth/wechat', [JSON_TYPE, ...lines], body));

    it('takes a body of the size that is set', async () => {
      const code = 'x'.repeat(2_048 - '{"code":""}'.length);
      const { status, body } = await post(JSON.stringify({ code }));
      // Read, and then there is no mini-program here.
      expect(status).toBe(404);
      expect(body).toContain('MINIM_WECHAT_APPID');
    });

    it('answers 413 to one beyond it, chunked too', async () => {
      const big = `"${'x'.repeat(2_048)}"`;
      const expected = { statusCode: 413, error: 'Payload Too Large', message: 'Request body is too large' };
      const plain = await post(big);
      expect([plain.status, JSON.parse(plain.body)]).toEqual([413, expected]);
      const chunk = `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`;
      const chunked = await post(chunk, ['Transfer-Encoding: chunked']);
      expect([chunked.status, JSON.parse(chunked.body)]).toEqual([413, expected]);
    });

    it('does not even read one far beyond it', async () => {
      const { status, body } = await post('x'.repeat(300_000));
      expect(status).toBe(413);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 413, error: 'Payload Too Large' });
    });

    it.each([
      ['GET', '/', 200],
      ['GET', '/health/ready', 200],
      ['GET', '/nothing', 404],
      ['GET', '/%zz', 400],
      ['GET', '/websocket/A', 426],
      ['POST', '/auth/ticket', 404],
    ])('has in the head of its answer to %s %s what browsers may not do with it', async (method, path, status) => {
      const answer = await RawSocket.ask(node.server.port, httpRequest(method, path));
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(answer.headers).not.toHaveProperty('x-powered-by');
      expect(answer.headers['content-security-policy']).not.toContain('unsafe');
    });

    it('says in the head of a handshake that it refuses that this is no page', async () => {
      const { headers } = await WsClient.refusal(`${node.server.ws}/websocket/a%2Fb`);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    });
  },
  { MINIM_HTTP_BODY_BYTES: '2048' },
);

describe.each(['uws', 'ws'])('a query with a token in it (%s)', (transport) => {
  it('is repeated in no answer and in no line of the log', async () => {
    const server = await startServerForTest({ env: { MINIM_TRANSPORT: transport, LOG_LEVEL: 'trace' } });
    const statuses: number[] = [];
    for (const path of ['/nothing', '/%zz', '/websocket/A', '/']) {
      const { status, body } = await RawSocket.ask(server.port, httpRequest('GET', `${path}?token=SECRETISH`));
      expect(body).not.toContain('SECRETISH');
      statuses.push(status);
    }
    expect(statuses).toEqual([404, 400, 426, 200]);
    await server.stop();
    await expect.poll(server.log).toContain('"msg":"stopped"');
    expect(server.log()).not.toContain('SECRETISH');
  });
});
