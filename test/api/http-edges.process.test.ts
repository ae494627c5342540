import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { httpRequest, RawSocket } from '../support/raw-socket.js';
import { startServer } from '../support/server.js';

const JSON_TYPE = 'Content-Type: application/json';

describeNode('HTTP in raw bytes', (node) => {
  const ask = (text: string) => RawSocket.ask(node.server.port, text);

  it('keeps a connection for the next request, HEAD included, and closes it when asked', async () => {
    const socket = await RawSocket.open(node.server.port);
    socket.write(httpRequest('HEAD', '/health/live'));
    expect(await socket.answer(true)).toMatchObject({ status: 200, headers: { 'content-length': '17' } });
    socket.write(httpRequest('GET', '/nothing'));
    expect((await socket.answer()).status).toBe(404);
    socket.write(httpRequest('GET', '/health/live', ['Connection: close']));
    expect(await socket.answer()).toMatchObject({ status: 200, body: '{"status":"live"}' });
    await socket.end();
  });

  it('answers a request that offers another protocol as if it did not: curl and Java offer h2c', async () => {
    const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
    expect(await ask(httpRequest('GET', '/health/live', offer))).toMatchObject({
      status: 200,
      body: '{"status":"live"}',
    });
    const body = '{"a":1}';
    const lines = [...offer, JSON_TYPE, `Content-Length: ${body.length}`];
    expect((await ask(httpRequest('POST', '/nothing', lines, body))).status).toBe(404);
  });

  it.each([
    ['an empty body that is said to be JSON', httpRequest('POST', '/nothing', [JSON_TYPE, 'Content-Length: 0']), 400],
    [
      'a body with a __proto__ key',
      httpRequest('POST', '/nothing', [JSON_TYPE, 'Content-Length: 15'], '{"__proto__":1}'),
      404,
    ],
    ['a broken percent sign', httpRequest('GET', '/%zz'), 400],
    ['a length below zero', httpRequest('POST', '/', ['Content-Length: -1']), 400],
    ['two ways to say the length', httpRequest('POST', '/', ['Content-Length: 1', 'Transfer-Encoding: chunked']), 400],
    ['a method that nobody knows', httpRequest('BREW', '/'), expect.toBeOneOf([400, 404])],
  ])('answers %s clearly, and lives', async (_what, text, status) => {
    expect((await ask(text)).status).toEqual(status);
    expect((await ask(httpRequest('GET', '/health/live'))).status).toBe(200);
  });

  it('shows no address made of a Host that is missing', async () => {
    const { status, body } = await ask('GET / HTTP/1.0\r\n\r\n');
    // uWebSockets.js speaks HTTP/1.1 only.
    expect([200, 505]).toContain(status);
    expect(body).not.toContain('undefined');
  });
});

it.each(['uws', 'ws'])('GET /health/ready says 503 while the node goes down (%s)', async (transport) => {
  const server = await startServer({ env: { MINIM_TRANSPORT: transport } });
  // Both hold the stop up: a session that does not answer the close, and a request that is not all there.
  await RawSocket.upgraded(server.port, '/websocket/silent');
  const slow = await RawSocket.open(server.port);
  slow.write(httpRequest('POST', '/nothing', [JSON_TYPE, 'Content-Length: 2'], '{'));
  const asking = await RawSocket.open(server.port);
  const ready = async () => {
    asking.write(httpRequest('GET', '/health/ready'));
    const { status, body } = await asking.answer();
    return { code: status, ...JSON.parse(body) };
  };
  expect(await ready()).toEqual({
    code: 200,
    status: 'ready',
    parts: { sessions: 'ok', store: 'ok', bus: 'ok' },
    auth: 'open',
  });
  const code = server.stop();
  await expect.poll(ready, { interval: 10 }).toEqual({
    code: 503,
    status: 'not ready',
    parts: { sessions: 'going down', store: 'ok', bus: 'ok' },
    since: { sessions: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    auth: 'open',
  });
  slow.write('}');
  expect((await slow.answer()).status).toBe(404);
  expect(await code).toBe(0);
});
