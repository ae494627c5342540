import { describe, expect, it } from 'vitest';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { type HandshakeChanges, handshake, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';
import { Rig, TRANSPORTS } from './rig.js';

const FORBIDDEN: readonly [what: string, status: number, changes: HandshakeChanges][] = [
  ['no Connection', 400, { headers: { Connection: undefined } }],
  ['Connection without upgrade', 400, { headers: { Connection: 'keep-alive' } }],
  ['no version', 426, { headers: { 'Sec-WebSocket-Version': undefined } }],
  ['version 8', 426, { headers: { 'Sec-WebSocket-Version': '8' } }],
  ['no key', 400, { headers: { 'Sec-WebSocket-Key': undefined } }],
  ['a key that is too short', 400, { headers: { 'Sec-WebSocket-Key': 'c2hvcnQ=' } }],
  ['a key that is no base64', 400, { headers: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=!' } }],
  ['two keys', 400, { extraLines: ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='] }],
  ['two hosts', 400, { extraLines: ['Host: elsewhere'] }],
  ['two versions', 400, { extraLines: ['Sec-WebSocket-Version: 13'] }],
  ['a body', 400, { extraLines: ['Content-Length: 5'] }],
  ['a chunked body', 400, { extraLines: ['Transfer-Encoding: chunked'] }],
  ['a protocol with a space in it', 400, { headers: { 'Sec-WebSocket-Protocol': 'a b' } }],
  ['a protocol that is missing in its list', 400, { headers: { 'Sec-WebSocket-Protocol': 'a,,b' } }],
  ['a protocol with an odd byte', 400, { headers: { 'Sec-WebSocket-Protocol': 'a\u00e9b' } }],
  ['another method', 400, { method: 'POST' }],
];

describe.each(TRANSPORTS)('the %s transport: handshakes', (name) => {
  it.each(FORBIDDEN)(
    'refuses a handshake with %s: %i in JSON, and never asks its owner',
    async (_what, status, changes) => {
      const rig = await Rig.open(name, {
        events: {
          upgrade: () => {
            throw new Error('asked');
          },
        },
      });
      const socket = await RawSocket.open(rig.port);
      socket.write(handshake('/A', changes));
      const answer = await socket.answer();
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(JSON.parse(answer.body)).toMatchObject({ statusCode: status, message: expect.any(String) });
      expect(rig.errors).toEqual([]);
      expect(rig.log).toEqual([]);
    },
  );

  it.each([
    ['no Upgrade', { headers: { Upgrade: undefined } }],
    ['another Upgrade', { headers: { Upgrade: 'h2c' } }],
    ['two lengths', { extraLines: ['Content-Length: 0', 'Content-Length: 0'] }],
  ])('takes a request with %s for no handshake', async (_what, changes: HandshakeChanges) => {
    const rig = await Rig.open(name);
    const socket = await RawSocket.open(rig.port);
    socket.write(handshake('/A', changes));
    expect((await socket.answer()).status).not.toBe(101);
    expect(rig.log).toEqual([]);
  });

  it.each([
    ['a mixed-case Upgrade', { headers: { Upgrade: 'WebSocket' } }],
    ['more than one Connection token', { headers: { Connection: 'keep-alive, Upgrade' } }],
    ['a length of zero', { extraLines: ['Content-Length: 0'] }],
    ['an empty protocol list', { headers: { 'Sec-WebSocket-Protocol': '' } }],
    ['an extension nobody has', { headers: { 'Sec-WebSocket-Extensions': 'x-none; a="b"' } }],
  ])('accepts %s', async (_what, changes: HandshakeChanges) => {
    const rig = await Rig.open(name);
    const socket = await RawSocket.open(rig.port);
    socket.write(handshake('/A', changes));
    const { status, headers } = await socket.answer();
    expect(status).toBe(101);
    // The key of RFC 6455 §1.3 has this answer.
    expect(headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(headers['sec-websocket-protocol']).toBeUndefined();
    expect(headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('chooses the first subprotocol and no compression', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`, { protocols: ['im', 'chat'], perMessageDeflate: true });
    expect([client.subprotocol, client.extensions]).toEqual(['im', '']);
  });

  it("refuses with its owner's status, words and headers, and closes the connection", async () => {
    const refused = { status: 503, because: 'no room "today"', headers: { 'retry-after': '5' } };
    const rig = await Rig.open(name, { events: { upgrade: () => ({ refused }) } });
    const socket = await RawSocket.open(rig.port);
    socket.write(handshake('/A'));
    const answer = await socket.answer();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.parse(answer.body)).toEqual({
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'no room "today"',
    });
    await socket.end();
    expect(rig.transport.counters).toMatchObject({ open: 0, opened: 0, refused: 1 });
  });

  it('lets go of a refused connection even if its peer never does', async () => {
    const rig = await Rig.open(name, { events: { upgrade: () => ({ refused: { status: 403, because: 'no' } }) } });
    const socket = await RawSocket.open(rig.port);
    socket.write(handshake('/A'));
    await socket.answer();
    await socket.end();
    // Our side is still open; only a server that keeps nothing of it answers with a reset.
    await socket.resetByWriting();
  });

  it('refuses everything with 404 when nobody is attached', async () => {
    const rig = await Rig.open(name, { attached: false });
    expect(await WsClient.refusal(`ws://${rig.url}/A`)).toMatchObject({ status: 404, body: { statusCode: 404 } });
  });

  it('survives a peer that goes away in the middle of its handshake', async () => {
    const rig = await Rig.open(name);
    const text = handshake('/A');
    for (const length of [1, 20, 60, text.length - 2]) {
      const socket = await RawSocket.open(rig.port);
      await socket.writeApart(text.slice(0, length));
      socket.destroy();
    }
    const client = await WsClient.open(`ws://${rig.url}/B`);
    client.send('here');
    await rig.saw('text /B here');
    expect(rig.log).toEqual(['opened /B', 'text /B here']);
  });

  it('puts a text that comes in pieces together, with control frames between them', async () => {
    const rig = await Rig.open(name);
    const socket = await RawSocket.upgraded(rig.port, '/A');
    const bytes = Buffer.from('你好');
    await socket.writeApart(
      clientFrame(OPCODE.text, bytes.subarray(0, 1), { final: false }),
      clientFrame(OPCODE.ping, 'now'),
      clientFrame(OPCODE.continuation, bytes.subarray(1, 4), { final: false }),
      clientFrame(OPCODE.continuation, bytes.subarray(4)),
    );
    await rig.saw('text /A 你好');
    expect(await socket.frame()).toEqual({ kind: 'pong', payload: 'now' });
    expect(rig.log).toEqual(['opened /A', 'heard /A', 'text /A 你好']);
  });
});
