import { describe, expect, it } from 'vitest';
import { clientFrame, closeFrame, OPCODE, textFrame } from '../support/raw-frames.js';
import { handshake, httpRequest, RawSocket } from '../support/raw-socket.js';
import { Rig, type TransportName } from './rig.js';

/**
 * Where the uWebSockets.js build for Node 20 departs from the RFCs, as measured: what each transport does with the same
 * bytes. A build without one of these fails here, and its line can go. The ws transport has none of them.
 */
interface Departure {
  readonly what: string;
  readonly act: (rig: Rig) => Promise<string>;
  readonly uws: string;
  readonly ws: string;
}

const KIB = 1024;
const NOT_UTF8 = Buffer.from([0xc3, 0x28]);

const FRAMES: readonly Departure[] = [
  row('a frame beyond the bound', sending(textFrame('x'.repeat(128 * KIB + 1))), 'cut off', 'close 1009'),
  row(
    'a frame that goes beyond the bound in its second fragment',
    sending(
      clientFrame(OPCODE.text, 'x'.repeat(70 * KIB), { final: false }),
      clientFrame(OPCODE.continuation, 'x'.repeat(70 * KIB)),
    ),
    'cut off',
    'close 1009',
  ),
  row(
    'a frame whose mask bit is not set',
    sending(clientFrame(OPCODE.text, 'hello', { maskBit: false })),
    'text hello',
    'close 1002',
  ),
  row('a reserved bit', sending(clientFrame(OPCODE.text, 'hello', { reservedBits: 0x40 })), 'cut off', 'close 1002'),
  row('an unknown opcode', sending(clientFrame(0x3, 'hello')), 'cut off', 'close 1002'),
  row('a continuation of nothing', sending(clientFrame(OPCODE.continuation, 'hello')), 'cut off', 'close 1002'),
  row(
    'a text in the middle of a text',
    sending(clientFrame(OPCODE.text, 'hel', { final: false }), textFrame('lo')),
    'cut off',
    'close 1002',
  ),
  row('a ping in fragments', sending(clientFrame(OPCODE.ping, 'x', { final: false })), 'cut off', 'close 1002'),
  row('a ping of 126 bytes', sending(clientFrame(OPCODE.ping, 'x'.repeat(126))), 'cut off', 'close 1002'),
  row('a text that is not UTF-8', sending(clientFrame(OPCODE.text, NOT_UTF8)), 'cut off', 'close 1007'),
  // uWebSockets.js refuses a text there, and takes a binary for the rest of it, which is binary from then on.
  row(
    'a binary in the middle of a text, and a text behind it',
    sending(clientFrame(OPCODE.text, 'hel', { final: false }), clientFrame(OPCODE.binary, 'lo'), textFrame('hello')),
    'text hello',
    'close 1002',
  ),
  row('a close of one byte', sending(clientFrame(OPCODE.close, 'x')), 'close', 'close 1002'),
  // uWebSockets.js answers a code that it does not believe in with a close that has none, and knows none of 1012 to 3999.
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) =>
    row(`a close with the code ${code}, which is none`, sending(closeFrame(code)), 'close', 'close 1002'),
  ),
  ...[1012, 1013, 1014, 3000, 3999].map((code) =>
    row(`a close with the code ${code}`, sending(closeFrame(code)), 'close', `close ${code}`),
  ),
  row('a close whose reason is not UTF-8', sending(closeFrame(1000, NOT_UTF8)), 'close', 'close 1007'),
  row(
    'a frame that comes with the handshake, before its answer',
    async (rig) => {
      const socket = await RawSocket.open(rig.port);
      socket.write(Buffer.concat([Buffer.from(handshake('/A')), textFrame('early')]));
      await socket.answer();
      socket.write(textFrame('late'));
      return firstWord(socket);
    },
    'text late',
    'text early',
  ),
  row(
    'a close by the server with a code beyond 16 bits',
    async (rig) => {
      const socket = await RawSocket.upgraded(rig.port, '/A');
      try {
        rig.socket('/A').close(70_000, '');
      } catch (error) {
        return error instanceof Error ? error.name : '';
      }
      return socket.ending();
    },
    'close 4464',
    'TypeError',
  ),
];

const HTTP: readonly Departure[] = [
  row(
    'a request line that comes in two pieces',
    asking('GET /heal', 'th HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    '505',
    '200',
  ),
  row('a target in absolute form', asking(httpRequest('GET', 'http://localhost/')), '505', '200'),
  row('HTTP/1.0', asking('GET / HTTP/1.0\r\n\r\n'), '505', '200'),
  row('OPTIONS *', asking(httpRequest('OPTIONS', '*')), '505', '200'),
  row('98 headers', asking(requestWithHeaders(98)), '200', '200'),
  row('99 headers', asking(requestWithHeaders(99)), 'no answer', '200'),
  row('500 headers', asking(requestWithHeaders(500)), '431', '200'),
  row('no header at all', asking('GET / HTTP/1.1\r\n\r\n'), 'no answer', '400'),
  row(
    'two lengths that differ',
    asking(httpRequest('POST', '/', ['Content-Length: 2', 'Content-Length: 3'], 'abc')),
    '200',
    '400',
  ),
  row(
    'two requests at once, the first of them answered later',
    async (rig) => {
      const socket = await RawSocket.open(rig.port);
      socket.write(httpRequest('GET', '/later') + httpRequest('GET', '/'));
      const answers: string[] = [];
      for (const _each of [1, 2]) answers.push(await answerOrEnd(socket));
      return answers.join(', ');
    },
    'the end, the end',
    '200, 200',
  ),
  row(
    'a handshake without Host: the body of the 400',
    async (rig) => {
      const socket = await RawSocket.open(rig.port);
      socket.write(handshake('/A', { headers: { Host: undefined } }));
      const { status, body } = await socket.answer();
      return `${status} ${body.slice(0, 1)}`;
    },
    '400 <',
    '400 {',
  ),
  row(
    'a header whose value ends in bytes beyond ASCII',
    asking(handshake('/A', { headers: { 'Sec-WebSocket-Protocol': 'im\u00e9' } })),
    '101',
    '400',
  ),
];

describe.each<TransportName>(['uws', 'ws'])('the %s transport and', (name) => {
  it.each([...FRAMES, ...HTTP])('$what', async (departure) => {
    const rig = await Rig.open(name, {
      events: { text: (socket, text) => void socket.send(text) },
      handler: (request, response) => {
        if (request.url === '/later') setImmediate(() => setImmediate(() => response.end('later')));
        else response.end('fine');
      },
    });
    expect(await departure.act(rig)).toBe(departure[name]);
    // Whatever it was, the next one notices nothing.
    const other = await RawSocket.upgraded(rig.port, '/other');
    other.write(textFrame('hello'));
    expect(await firstWord(other)).toBe('text hello');
    expect(rig.errors).toEqual([]);
  });
});

function row(what: string, act: Departure['act'], uws: string, ws: string): Departure {
  return { what, act, uws, ws };
}

/** Opens a WebSocket, sends the frames, and tells the first text that comes back or else how it ends. */
function sending(...frames: readonly Buffer[]): Departure['act'] {
  return async (rig) => {
    const socket = await RawSocket.upgraded(rig.port, '/A');
    for (const frame of frames) socket.write(frame);
    return firstWord(socket);
  };
}

async function firstWord(socket: RawSocket): Promise<string> {
  const word = await socket.frameOrEnd();
  if (word === undefined) return 'cut off';
  if (word.kind === 'text') return `text ${word.text}`;
  return word.kind === 'close' ? `close ${word.code ?? ''}`.trim() : word.kind;
}

/** Sends a request in pieces and tells the status of the answer, or that none came before another request had its own. */
function asking(...pieces: readonly string[]): Departure['act'] {
  return async (rig) => {
    const socket = await RawSocket.open(rig.port);
    await socket.writeApart(...pieces);
    const other = await RawSocket.open(rig.port);
    other.write(httpRequest('GET', '/'));
    await other.answer();
    return socket.hasNothing ? 'no answer' : answerOrEnd(socket);
  };
}

async function answerOrEnd(socket: RawSocket): Promise<string> {
  return socket.answer().then(
    ({ status }) => String(status),
    () => 'the end',
  );
}

function requestWithHeaders(count: number): string {
  return httpRequest(
    'GET',
    '/',
    Array.from({ length: count - 1 }, (_, i) => `x-${i}: y`),
  );
}
