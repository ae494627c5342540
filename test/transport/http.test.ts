import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpRequest, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';
import { Rig, serverOf, TRANSPORTS } from './rig.js';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Answers with what it was asked. */
const mirror: RequestListener = async (request, response) => {
  const { method, url, headers, socket } = request;
  const seen = { method, url, from: socket.remoteAddress, type: headers['content-type'], body: await bodyOf(request) };
  const answer = JSON.stringify(seen);
  response.setHeader('content-length', Buffer.byteLength(answer));
  response.setHeader('set-cookie', ['a=1', 'b=2']);
  response.end(answer);
};

describe.each(TRANSPORTS)('the %s transport: HTTP on the same port', (name) => {
  it('hands on method, target, headers, body and where it came from, and gives back status, headers and body', async () => {
    const rig = await Rig.open(name, { handler: mirror });
    const answer = await fetch(`http://${rig.url}/a%2Fb/%E4%BD%A0?x=1&x=%32`, {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: '你好',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.json()).toEqual({
      method: 'PUT',
      url: '/a%2Fb/%E4%BD%A0?x=1&x=%32',
      from: '127.0.0.1',
      type: 'text/plain',
      body: '你好',
    });
  });

  it('answers HEAD with the length and no body, and the connection goes on', async () => {
    const rig = await Rig.open(name, {
      handler: (_request, response) => response.writeHead(200, { 'content-length': '5' }).end('hello'),
    });
    const socket = await RawSocket.open(rig.port);
    socket.write(httpRequest('HEAD', '/'));
    expect((await socket.answer(true)).headers['content-length']).toBe('5');
    socket.write(httpRequest('GET', '/'));
    expect((await socket.answer()).body).toBe('hello');
  });

  it.each([204, 304])('answers %i without a body or a length of one, and the connection goes on', async (status) => {
    const rig = await Rig.open(name, {
      handler: (request, response) =>
        request.url === '/empty' ? response.writeHead(status).end() : response.end('next'),
    });
    const socket = await RawSocket.open(rig.port);
    socket.write(httpRequest('GET', '/empty'));
    expect((await socket.answer()).status).toBe(status);
    socket.write(httpRequest('GET', '/'));
    expect(await socket.answer()).toMatchObject({ status: 200, body: 'next' });
  });

  it('reads a chunked body that comes in pieces', async () => {
    const rig = await Rig.open(name, { handler: mirror });
    const socket = await RawSocket.open(rig.port);
    const head = httpRequest('POST', '/', ['Transfer-Encoding: chunked']);
    await socket.writeApart(head, '3\r\nab', 'c\r\n', '2\r\nde\r\n0\r\n', '\r\n');
    expect(JSON.parse((await socket.answer()).body)).toMatchObject({ body: 'abcde' });
  });

  it('carries a large body each way whole', async () => {
    const rig = await Rig.open(name, { handler: async (request, response) => response.end(await bodyOf(request)) });
    const body = 'x'.repeat(1_000_000);
    const answer = await fetch(`http://${rig.url}/`, { method: 'POST', body });
    expect(await answer.text()).toBe(body);
  });

  it('takes no harm from a peer that goes away in its request or before the answer', async () => {
    let finish = (): void => {};
    let requested = (): void => {};
    const rig = await Rig.open(name, {
      handler: (request, response) => {
        if (request.url === '/late') {
          finish = () => void response.end('too late');
          requested();
        } else {
          response.end('fine');
        }
      },
    });
    const inBody = await RawSocket.open(rig.port);
    await inBody.writeApart(httpRequest('POST', '/', ['Content-Length: 10'], 'half'));
    inBody.destroy();
    const underWay = new Promise<void>((resolve) => {
      requested = resolve;
    });
    const impatient = await RawSocket.open(rig.port);
    impatient.write(httpRequest('GET', '/late'));
    await underWay;
    impatient.destroy();
    await fetch(`http://${rig.url}/`);
    finish();
    expect(await (await fetch(`http://${rig.url}/`)).text()).toBe('fine');
    expect(rig.errors).toEqual([]);
  });

  it('has HTTP and WebSockets side by side', async () => {
    const rig = await Rig.open(name, { handler: mirror });
    const client = await WsClient.open(`ws://${rig.url}/A`);
    expect(await (await fetch(`http://${rig.url}/A`)).json()).toMatchObject({ url: '/A' });
    rig.socket('/A').send('hello');
    expect(await client.nextText()).toBe('hello');
  });
});

describe.each(TRANSPORTS)('the %s transport: listening and closing', (name) => {
  it('says where it listens', async () => {
    const rig = await Rig.open(name);
    expect(rig.server.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port: expect.any(Number) });
    expect(rig.server.listening).toBe(true);
    await rig.close();
    expect(rig.server.listening).toBe(false);
  });

  it.each(TRANSPORTS)('does not share a port that the %s transport has: EADDRINUSE', async (other) => {
    const first = await Rig.open(other);
    const second = await serverOf(name);
    const failed = once(second, 'error');
    second.listen({ port: first.port, host: '127.0.0.1' });
    await expect(failed).resolves.toMatchObject([{ code: 'EADDRINUSE' }]);
    await WsClient.open(`ws://${first.url}/A`);
  });

  it('ends sockets that are still open when it closes, and says closed of each', async () => {
    const rig = await Rig.open(name);
    const clients = await Promise.all(['A', 'B'].map((path) => WsClient.open(`ws://${rig.url}/${path}`)));
    await rig.close();
    for (const client of clients) expect((await client.ended).code).toBe(1006);
    await rig.saw('closed /A 1006');
    await rig.saw('closed /B 1006');
    expect(rig.transport.counters.open).toBe(0);
  });

  it('lets a request under way finish before it closes, and waits for no idle connection', async () => {
    let finish = (): void => {};
    const asked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let answer = (): void => {};
    const rig = await Rig.open(name, {
      handler: (_request, response) => {
        answer = () => void response.end('done');
        finish();
      },
    });
    const idle = await RawSocket.open(rig.port);
    const socket = await RawSocket.open(rig.port);
    socket.write(httpRequest('GET', '/'));
    await asked;
    const { url } = rig;
    const closed = rig.close();
    await expect(fetch(`http://${url}/`)).rejects.toThrow();
    answer();
    expect((await socket.answer()).body).toBe('done');
    await closed;
    await idle.end();
  });
});
