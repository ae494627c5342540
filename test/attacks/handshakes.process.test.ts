import { expect, it } from 'vitest';
import { dial } from '../support/dials.js';
import { describeNode, type Node } from '../support/node-suite.js';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { handshake, httpRequest, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';

const SLOW_CLIENTS = 200;
const HANDSHAKES = 40;
/** Some of what is broken has no answer. */
const BROKEN = { withinMs: 200 };

/** None of these is the path of a session or of anything else. */
const NO_PATHS = [
  '/websocket%2FA',
  '/websocket/..%2FA',
  '/websocket/%2e%2e/health/live',
  '/websocket/../health/live',
  '/health/live/../../websocket/A',
  '/health%2Flive',
  '/health/live%2f',
  '/health/live%00',
  '/health/live;a=b',
  '/health\\live',
  '//health/live',
  '/./health/live',
  '/HEALTH/LIVE',
  '/WEBSOCKET/A',
  '/%2e/health/live',
  '/websocket%00/A',
  '/%c0%afhealth/live',
  '/websocket/%252e%252e',
];

/** With these some servers take a request for another one. */
const TRICKS = [
  'X-Original-URL: /health/live',
  'X-Rewrite-URL: /health/live',
  'X-HTTP-Method-Override: GET',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Prefix: /health',
  '__proto__: polluted',
  'constructor: polluted',
  'Transfer-Encoding : chunked',
];

const HEADERS = [
  'Host',
  'Upgrade',
  'Connection',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'Origin',
  'Referer',
  'Authorization',
  'X-Forwarded-For',
  'Cookie',
];

describeNode('handshakes meant to do harm', (node) => {
  // What slow ones cost, they cost on every try; what others on this machine cost, they do not.
  it(`${SLOW_CLIENTS} that come byte by byte: a normal one takes at most 100 ms more`, { retry: 2 }, async () => {
    const before = await handshakeMs(node);
    const text = handshake('/websocket/slow');
    const slow: RawSocket[] = [];
    for (let i = 0; i < SLOW_CLIENTS; i += 1) slow.push(await RawSocket.open(node.server.port));
    let sent = text.indexOf('\r\n') + 2;
    for (const socket of slow) socket.write(text.slice(0, sent));
    const dripping = setInterval(() => {
      for (const socket of slow) socket.write(text.slice(sent, sent + 1));
      sent += 1;
    }, 20);
    const during = await handshakeMs(node).finally(() => clearInterval(dripping));
    expect(during - before).toBeLessThan(100);
    for (const socket of slow) socket.write(text.slice(sent));
    for (const socket of slow) expect((await socket.answer()).status).toBe(101);
  });

  it.each(NO_PATHS)('the path %s: neither a session nor an answer of another route', async (path) => {
    const asked = await RawSocket.ask(node.server.port, httpRequest('GET', path));
    expect(asked.status).toBeOneOf([400, 404, 426]);
    const upgraded = await RawSocket.ask(node.server.port, handshake(path));
    expect(upgraded.status).toBeOneOf([400, 404]);
  });

  it.each(TRICKS)('the header %s: changes no route, no method and no address', async (line) => {
    const asked = await dial(node.server.port, httpRequest('GET', '/nothing', [line]), BROKEN);
    const posted = await dial(
      node.server.port,
      httpRequest('POST', '/health/live', [line, 'Content-Length: 0']),
      BROKEN,
    );
    for (const { status, answer, socket } of [asked, posted]) {
      expect([400, 404, 0]).toContain(status);
      expect(answer).not.toContain('evil.example');
      socket.destroy();
    }
    await isWell(node);
  });

  it('2 000 headers: answered, and no harm', async () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `x-${i}: y`);
    for (const text of [handshake('/websocket/A', { extraLines: lines }), httpRequest('GET', '/', lines)]) {
      const { status, socket } = await dial(node.server.port, text);
      expect([101, 200, 400, 431, 0]).toContain(status);
      socket.destroy();
    }
    await isWell(node);
  });

  it.each(HEADERS)(
    'every byte from 0x80 to 0xff, and every control character, in %s: answered, and no harm',
    async (name) => {
      const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte < 0x20 || byte > 0x7e);
      const statuses = await Promise.all(
        bytes.map(async (byte) => {
          const value = `${usualOf(name)}${String.fromCharCode(byte)}b`;
          const text = handshake('/websocket/A', { headers: { [name]: value } });
          const { status, socket } = await dial(node.server.port, Buffer.from(text, 'latin1'), BROKEN);
          socket.destroy();
          return status;
        }),
      );
      // No answer at all is one, too.
      for (const status of statuses) expect([101, 400, 403, 404, 426, 0]).toContain(status);
      await isWell(node);
    },
  );

  it('an offer of compression: not taken, and a compressed frame is forbidden', async () => {
    const offers = ['permessage-deflate', 'permessage-deflate; client_max_window_bits=15', 'x-webkit-deflate-frame'];
    for (const offer of offers) {
      const socket = await RawSocket.open(node.server.port);
      socket.write(handshake('/websocket/A', { headers: { 'Sec-WebSocket-Extensions': offer } }));
      const { status, headers } = await socket.answer();
      expect([status, headers['sec-websocket-extensions']]).toEqual([101, undefined]);
      // What 32 KiB of zeros are when they are compressed.
      socket.write(
        clientFrame(OPCODE.text, Buffer.from('edc1010d000000c2a04fed6d0f0714', 'hex'), { reservedBits: 0x40 }),
      );
      expect(await socket.ending()).toMatch(/^(close 1002|cut off)$/);
    }
  });
});

/** What a sound handshake has there, if it has it. */
function usualOf(name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(handshake('/'))?.[1] ?? 'a';
}

async function isWell(node: Node): Promise<void> {
  expect(await (await node.open('well')).ask('ping')).toEqual({ type: 'pong' });
}

/** The median time of a handshake, to its first pong. */
async function handshakeMs({ server }: Node): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < HANDSHAKES; i += 1) {
    const begunAt = performance.now();
    const session = await WsClient.open(`${server.ws}/websocket/normal`);
    await session.ask('ping');
    times.push(performance.now() - begunAt);
    session.terminate();
  }
  return times.sort((a, b) => a - b)[HANDSHAKES / 2] ?? Number.POSITIVE_INFINITY;
}
