import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeNode, type Node } from '../support/node-suite.js';
import { clientFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { handshake, httpRequest, RawSocket } from '../support/raw-socket.js';
import type { WsClient } from '../support/ws-client.js';

const PASSWORD = 'a-password-that-nobody-may-see';
const STOMP = `CONNECT\naccept-version:1.2\nhost:im\nlogin:A\npasscode:${PASSWORD}\n\n\0`;
const KIB = 1024;

/** Does something bad, and proves that two others notice nothing: they ping, write to each other, and get no more. */
async function unnoticed(node: Node, act: (offender: WsClient) => Promise<void>): Promise<void> {
  const [offender, one, other] = [await node.open('offender'), await node.open('one'), await node.open('other')];
  await act(offender);
  one.send({ toUserId: 'other', ephemeral: true, message: 'all well?' });
  expect(await other.next()).toMatchObject({ fromUserId: 'one', message: 'all well?' });
  expect(await one.ask('ping')).toEqual({ type: 'pong' });
  await node.nothingElseCame(one, other);
}

const ANSWERED: readonly [what: string, text: string, answer: { code: string; message: unknown }][] = [
  [
    'text that begins with { and is no JSON',
    '{hello}',
    { code: 'bad_frame', message: expect.stringContaining('JSON') },
  ],
  [
    'JSON that is cut off',
    '{"toUserId":"one","message":"x"',
    { code: 'bad_frame', message: expect.stringContaining('JSON') },
  ],
  ['an array', '[{"toUserId":"one","message":"x"}]', { code: 'bad_frame', message: expect.stringContaining('array') }],
  [
    'a STOMP CONNECT with a password',
    STOMP,
    { code: 'unsupported', message: expect.stringContaining('another protocol') },
  ],
  ['a STOMP CONNECT with CRLF', STOMP.replaceAll('\n', '\r\n'), { code: 'unsupported', message: expect.anything() }],
  [
    'an MQTT CONNECT as text',
    '\u0010\u0019\u0000\u0004MQTT\u0004',
    { code: 'unsupported', message: expect.anything() },
  ],
  ['an unknown type', '{"type":"nonsense"}', { code: 'bad_frame', message: expect.stringContaining('"nonsense"') }],
  [
    'a type from Object.prototype',
    '{"type":"constructor","message":"x"}',
    { code: 'bad_frame', message: expect.anything() },
  ],
  [
    'a type that is an object',
    '{"type":{"a":1},"message":"x"}',
    { code: 'bad_frame', message: expect.stringContaining('type must be a string') },
  ],
  ['no field of any frame', '{"hello":"one"}', { code: 'bad_frame', message: expect.stringContaining('toUserId') }],
  [
    'a toUserId that is an object',
    '{"toUserId":{"a":1},"message":"x"}',
    { code: 'bad_frame', message: expect.stringContaining('toUserId') },
  ],
  [
    'a toUserId that is a path',
    '{"toUserId":"../one","message":"x"}',
    { code: 'bad_frame', message: expect.stringContaining('toUserId') },
  ],
  [
    'a message that is null',
    '{"toUserId":"one","message":null}',
    { code: 'bad_frame', message: expect.stringContaining('message must be') },
  ],
  [
    'an id that is a number',
    '{"id":1,"toUserId":"one","message":"x"}',
    { code: 'bad_frame', message: expect.stringContaining('id must be') },
  ],
  [
    'a toUserId in __proto__',
    '{"__proto__":{"toUserId":"one"},"id":"1"}',
    { code: 'bad_frame', message: expect.anything() },
  ],
  [
    'a fromUserId of somebody else',
    '{"fromUserId":"one","toUserId":"other","message":"x"}',
    { code: 'forbidden', message: expect.stringContaining('"one"') },
  ],
  [
    'a broadcast in the name of somebody else',
    '{"formUserId":"one","message":"x"}',
    { code: 'forbidden', message: expect.anything() },
  ],
  ['an empty text', '', { code: 'bad_frame', message: expect.stringContaining('empty') }],
  ['10 000 arrays inside one another', '['.repeat(10_000), { code: 'bad_frame', message: expect.anything() }],
  [
    '10 000 arrays inside one another, closed',
    '['.repeat(10_000) + ']'.repeat(10_000),
    { code: 'bad_frame', message: expect.anything() },
  ],
  [
    'a message 10 000 levels deep',
    `{"toUserId":"one","message":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
    { code: 'bad_frame', message: expect.stringContaining('64 levels') },
  ],
  [
    'a type 10 000 levels deep',
    `{"type":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    { code: 'bad_frame', message: expect.stringContaining('type must be a string') },
  ],
];

const CLOSED: readonly [what: string, frame: Buffer, ending: RegExp][] = [
  ['64 KiB and one byte', textFrame('x'.repeat(64 * KIB + 1)), /^close 1009 too_large$/],
  ['128 KiB and one byte', textFrame('x'.repeat(128 * KIB + 1)), /^(close 1009|cut off)$/],
  ['a frame that says it has 2^62 bytes', Buffer.from('81ff400000000000000000000000', 'hex'), /^(close 1009|cut off)$/],
  ['binary', clientFrame(OPCODE.binary, '{"toUserId":"one","message":"x"}'), /^close 1003 binary$/],
  ['text that is not UTF-8', clientFrame(OPCODE.text, Buffer.from([0x68, 0xff, 0x69])), /^(close 1007|cut off)$/],
  ['text that ends within a character', clientFrame(OPCODE.text, Buffer.from([0xe4, 0xbd])), /^(close 1007|cut off)$/],
  ['an unknown opcode', clientFrame(0x7, 'x'), /^(close 1002|cut off)$/],
];

const USER_IDS: readonly [what: string, encoded: string, status: number][] = [
  ['/', 'a/b', 404],
  ['%2F', 'a%2Fb', 400],
  ['..', '..', 400],
  ['%2e%2e', '%2e%2e', 400],
  ['%2e%2e%2f', '%2e%2e%2fone', 400],
  ['%00', 'one%00', 400],
  ['65 characters', 'x'.repeat(65), 400],
  ['an emoji', '%F0%9F%98%80', 400],
  ['an emoji in bare bytes', '😀', 400],
  ['half of an emoji', '%F0%9F', 400],
];

describeNode('bad input', (node) => {
  it.each(ANSWERED)('%s: an answer, never a broadcast, and the session lives', async (_what, text, answer) => {
    await unnoticed(node, async (offender) => {
      expect(await offender.ask(text)).toMatchObject({ type: 'error', ...answer });
      expect(await offender.ask('ping')).toEqual({ type: 'pong' });
    });
  });

  it('keeps passwords out of its log', () => {
    expect(node.server.log()).not.toContain(PASSWORD);
  });

  it.each(CLOSED)('%s: a close, and only of that session', async (_what, frame, ending) => {
    await unnoticed(node, async () => {
      const socket = await RawSocket.upgraded(node.server.port, '/websocket/raw');
      socket.write(frame);
      expect(await socket.ending()).toMatch(ending);
    });
  });

  it('64 KiB exactly: fine', async () => {
    await unnoticed(node, async (offender) => {
      const around = JSON.stringify({ toUserId: 'offender', ephemeral: true, message: '' }).length;
      const message = 'x'.repeat(64 * KIB - around);
      expect(await offender.ask({ toUserId: 'offender', ephemeral: true, message })).toMatchObject({ message });
    });
  });

  it('__proto__ keys: carried as they are, and they change nothing', async () => {
    await unnoticed(node, async (offender) => {
      const message = '{"__proto__":{"toUserId":"one","admin":true},"a":{"constructor":{"prototype":1}}}';
      offender.send(`{"__proto__":{"ephemeral":7},"toUserId":"offender","message":${message}}`);
      expect(await offender.nextText()).toContain(`"message":${message}`);
    });
  });

  it('19 bad frames, then a 20th: each answered, then 4400', async () => {
    await unnoticed(node, async (offender) => {
      for (let i = 0; i < 20; i += 1) offender.send('{');
      for (const { code } of await offender.nextOnes(20)) expect(code).toBe('bad_frame');
      expect(await offender.next()).toMatchObject({ type: 'error', code: 'bad_frames' });
      expect(await offender.ended).toEqual({ code: 4400, reason: 'bad_frames' });
    });
  });

  it.each(USER_IDS)('a userId with %s: refused', async (_what, encoded, status) => {
    await unnoticed(node, async () => {
      const answer = await RawSocket.ask(node.server.port, handshake(`/websocket/${encoded}`));
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body)).toMatchObject({ statusCode: status, message: expect.any(String) });
    });
  });

  it('a half-sent upgrade: others are served meanwhile, and so is this one when the rest comes', async () => {
    const text = handshake('/websocket/late');
    const late = await RawSocket.open(node.server.port);
    await unnoticed(node, () => late.writeApart(text.slice(0, 60)));
    late.write(text.slice(60));
    expect((await late.answer()).status).toBe(101);
  });

  it('HTTP to the path of a WebSocket: 426', async () => {
    await unnoticed(node, async () => {
      expect((await RawSocket.ask(node.server.port, httpRequest('GET', '/websocket/one'))).status).toBe(426);
    });
  });

  it('a WebSocket to another path: 404', async () => {
    await unnoticed(node, async () => {
      for (const target of ['/', '/health/live', '/websocket/a/b', '/websocketA']) {
        expect((await RawSocket.ask(node.server.port, handshake(target))).status).toBe(404);
      }
    });
  });

  it('a request that is none: the connection ends', async () => {
    await unnoticed(node, async () => {
      const socket = await RawSocket.open(node.server.port);
      socket.write(Buffer.from('16030100a5010000a10303', 'hex'));
      socket.write('\r\n\r\n');
      await socket.end();
    });
  });

  it('any bytes at all, as a connection or as a session: the process lives', async () => {
    await unnoticed(node, async () => {
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 400, size: 'max' });
      const samples = fc.sample(bytes, { numRuns: 150, seed: 20_260_101 });
      for (const sample of samples) {
        const connection = await RawSocket.open(node.server.port);
        connection.write(Buffer.from(sample));
        const session = await RawSocket.upgraded(node.server.port, '/websocket/noise');
        // A control frame first: noise that happens to be a text would rightly be broadcast.
        session.write(Buffer.from([0x88 | (sample[0] ?? 0), ...sample]));
        connection.finish();
        session.finish();
        session.destroy();
        connection.destroy();
      }
    });
  });
});
