import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { type HandshakeChanges, handshake, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';

const GUEST_ID = /^guest-[a-z0-9]{8}$/;

describeNode('connecting', (node) => {
  const connectAt = (path: string) => WsClient.open(node.server.ws + path);
  const answerTo = (userId: string, changes?: HandshakeChanges) =>
    RawSocket.ask(node.server.port, handshake(`/websocket/${userId}`, changes));

  it('[MP-1.1] is at /websocket/:userId, with a trailing slash or without', async () => {
    for (const target of ['/websocket/A', '/websocket/A/']) {
      const a = await connectAt(target);
      expect(await a.ask({ toUserId: 'A', ephemeral: true, message: target })).toMatchObject({
        fromUserId: 'A',
        message: target,
      });
    }
  });

  it.each(['/', '/other', '/websocket/a/b', '/websockets/A', '/x/websocket/A', '/WebSocket/A'])(
    '[MP-1.1] refuses a WebSocket at %s with 404 in JSON',
    async (target) => {
      const { status, headers, body } = await WsClient.refusal(node.server.ws + target);
      expect(status).toBe(404);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(body).toEqual({
        statusCode: 404,
        error: 'Not Found',
        message: expect.stringContaining('/websocket/:userId'),
      });
    },
  );

  it('[MP-1.1] answers plain HTTP on its path with 426', async () => {
    for (const target of ['/websocket', '/websocket/A', '/websocket/A?v=1']) {
      const answer = await fetch(node.server.url + target);
      expect(answer.status).toBe(426);
      expect(answer.headers.get('upgrade')).toBe('websocket');
      expect(await answer.json()).toMatchObject({ statusCode: 426, error: 'Upgrade Required' });
    }
  });

  it('[MP-1.1] refuses with the body that the rule shows', async () => {
    const { status, body } = await answerTo('a%2Fb');
    expect(status).toBe(400);
    expect(body).toBe(
      '{"statusCode":400,"error":"Bad Request","message":"userId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got \\"a/b\\""}',
    );
  });

  it.each([
    ['A', 'A'],
    ['a%40b', 'a@b'],
    ['%41', 'A'],
    ['...', '...'],
    ['Z_.@-9', 'Z_.@-9'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('[MP-1.2] decodes the user id once: %s is %s', async (encoded, userId) => {
    const session = await node.open(`${encoded}?v=1`);
    expect(await session.next()).toMatchObject({ type: 'welcome', userId });
  });

  it.each([
    ['a slash in percent', 'a%2Fb'],
    ['a percent in percent', 'a%2540b'],
    ['a NUL', 'a%00'],
    ['a space', 'a%20b'],
    ['65 characters', 'x'.repeat(65)],
    ['an emoji', '%F0%9F%98%80'],
    ['an umlaut', '%C3%A4'],
    ['bytes that are not UTF-8', '%FF%FE'],
    ['a percent sign without its number', '%zz'],
    ['one dot', '.'],
    ['two dots', '..'],
    ['two dots in percent', '%2e%2E'],
    ['a plus', 'a+b'],
    ['a colon', 'a:b'],
    ['a hash', 'A#b'],
  ])('[MP-1.2] refuses a user id with %s', async (_what, encoded) => {
    const { status, body } = await answerTo(encoded);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: expect.stringMatching(/^userId /),
    });
  });

  it.each(['@shop', '%40shop', '@'])('[MP-1.2] lets nobody connect as the user of an API key: %s', async (encoded) => {
    const { status, body } = await answerTo(encoded);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ error: 'Forbidden', message: expect.stringContaining('API key') });
  });

  it('[MP-1.3] gives guests ids of their own', async () => {
    const ids = new Set<unknown>();
    for (const target of ['/websocket?v=1', '/websocket/?v=1', '/websocket?v=1']) {
      const guest = await connectAt(target);
      const { userId } = await guest.next();
      expect(userId).toMatch(GUEST_ID);
      ids.add(userId);
    }
    expect(ids.size).toBe(3);
  });

  it('[MP-1.3] lets a plain guest talk under the id it was given', async () => {
    const guest = await connectAt('/websocket');
    expect(await guest.ask('good morning')).toMatchObject({
      type: 'broadcast',
      fromUserId: expect.stringMatching(GUEST_ID),
    });
  });

  it('[MP-1.4] opens a full session with v=1, a plain one without, and none with another v', async () => {
    expect(await (await node.open('A?v=1')).next()).toMatchObject({ type: 'welcome', v: 1 });
    expect(await (await node.open('B')).ask('ping')).toEqual({ type: 'pong' });
    for (const v of ['2', '0', '', '1.0', '01', 'x']) {
      const { status, body } = await node.refusal(`A?v=${v}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ message: `v must be 1, got ${JSON.stringify(v)}` });
    }
  });

  it('[MP-1.8] ignores parameters that it does not know, and counts the first of a doubled one', async () => {
    const session = await node.open('A?V=7&x=1&v=1&v=2&device=phone&device=a%20b&echo=0&echo=9');
    expect(await session.next()).toMatchObject({ type: 'welcome', userId: 'A', device: 'phone' });
    expect((await node.refusal('A?v=2&v=1')).status).toBe(400);
  });

  it.each([
    ['echo=2', 'echo must be 0 or 1, got "2"'],
    ['echo=', 'echo must be 0 or 1, got ""'],
    ['echo=true', 'echo must be 0 or 1, got "true"'],
    ['heartbeat=yes', 'heartbeat must be client or server, got "yes"'],
    ['heartbeat', 'heartbeat must be client or server, got ""'],
    ['device=', 'device must be 1 to 64 of A-Z a-z 0-9 _ . -, got ""'],
  ])('[MP-1.8] refuses %s and names it', async (query, message) => {
    expect(await node.refusal(`A?${query}`)).toMatchObject({
      status: 400,
      body: { statusCode: 400, error: 'Bad Request', message },
    });
  });

  it('[MP-1.8] takes every value that a parameter can have', async () => {
    for (const query of ['echo=0', 'echo=1', 'heartbeat=server', 'heartbeat=client', 'v=1&device=a.b-C_9']) {
      await node.open(`A?${query}`);
    }
  });

  it('[MP-1.9] speaks RFC 6455: the answer to the key, the first subprotocol, no compression', async () => {
    const { status, headers } = await answerTo('A', {
      headers: {
        'Sec-WebSocket-Protocol': 'im.v1, chat',
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      },
    });
    expect(status).toBe(101);
    expect(headers).toMatchObject({
      upgrade: expect.stringMatching(/^websocket$/i),
      connection: expect.stringMatching(/^upgrade$/i),
      'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
      'sec-websocket-protocol': 'im.v1',
    });
    expect(headers['sec-websocket-extensions']).toBeUndefined();
    const client = await WsClient.open(`${node.server.ws}/websocket/A`, { protocols: ['im', 'chat'] });
    expect([client.subprotocol, client.extensions]).toEqual(['im', '']);
  });

  it.each([
    ['no Upgrade', 426, { headers: { Upgrade: undefined } }],
    ['another Upgrade', 426, { headers: { Upgrade: 'h2c' } }],
    ['another version', 426, { headers: { 'Sec-WebSocket-Version': '8' } }],
    ['no version', 426, { headers: { 'Sec-WebSocket-Version': undefined } }],
    ['no Connection', 400, { headers: { Connection: undefined } }],
    ['no upgrade in Connection', 400, { headers: { Connection: 'keep-alive' } }],
    ['no key', 400, { headers: { 'Sec-WebSocket-Key': undefined } }],
    ['a key that is not 16 bytes', 400, { headers: { 'Sec-WebSocket-Key': 'c2hvcnQ=' } }],
    ['a key that is not base64', 400, { headers: { 'Sec-WebSocket-Key': '!GhlIHNhbXBsZSBub25jZQ==' } }],
    ['a doubled Host', 400, { extraLines: ['Host: elsewhere'] }],
    ['a doubled key', 400, { extraLines: ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='] }],
    ['a doubled Content-Length', 400, { extraLines: ['Content-Length: 0', 'Content-Length: 0'] }],
    ['a body', 400, { extraLines: ['Content-Length: 5'] }],
    ['a protocol that is no token', 400, { headers: { 'Sec-WebSocket-Protocol': 'a b' } }],
    ['another method', 400, { method: 'POST' }],
  ])('[MP-1.9] refuses a handshake with %s: %i in JSON', async (_what, status, changes) => {
    const answer = await answerTo('A', changes);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ statusCode: status, message: expect.any(String) });
    if (status === 426) expect(answer.headers.upgrade).toBe('websocket');
    if (answer.body.includes('Version')) expect(answer.headers['sec-websocket-version']).toBe('13');
  });

  it('[MP-1.14] takes nothing over for a dial that dies in its handshake', async () => {
    const first = await node.open('A?v=1&device=phone');
    await first.next();
    const whole = handshake(`/websocket/A?v=1&device=phone`);
    for (const length of [10, whole.length - 2]) {
      const dying = await RawSocket.open(node.server.port);
      await dying.writeApart(whole.slice(0, length));
      dying.destroy();
    }
    expect((await answerTo('A?v=1&device=phone&echo=x')).status).toBe(400);
    const sender = await node.open('B');
    sender.send({ toUserId: 'A', ephemeral: true, message: 'still the one' });
    expect(await first.next()).toMatchObject({ type: 'message', message: 'still the one' });
  });
});

describeNode(
  'connecting where there is no room',
  (node) => {
    it('[MP-1.10] refuses with 503 and Retry-After until someone has left', async () => {
      const first = await node.open('A');
      await node.open('A');
      const { status, headers, body } = await node.refusal('A');
      expect(status).toBe(503);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body).toEqual({ statusCode: 503, error: 'Service Unavailable', message: expect.stringContaining('full') });

      await first.leave();
      await node.open('A');
      expect((await node.refusal('A')).status).toBe(503);
    });
  },
  { MINIM_MAX_SESSIONS: '2' },
);
