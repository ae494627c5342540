import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { RawSocket } from '../support/raw-socket.js';

/**
 * RFC 6455 as bytes on the wire. In the tables a client's frames are written in hex, with a mask of zeros unless the mask
 * is the point, so that the payload stands there as it is; `|` begins a new TCP segment. What comes back is put in words. Where a
 * transport does something else: test/transport/known-departures.test.ts.
 */
type Case = readonly [what: string, wire: string, answer: string | RegExp];

const PONG = 'text {"type":"pong"}';
/** `ping` as a whole text frame; whatever a case says, the session is asked this behind it. */
const ASK = '8184 00000000 70696e67';
/** Refused by the RFC with 1002; a transport may cut it off instead [MP-6.2]. */
const FORBIDDEN = /^(close 1002|cut off)$/;
/** Text that is not UTF-8: 1007 [MP-2.21]. */
const NOT_UTF8 = /^(close 1007|cut off)$/;
const ZEROS = '00000000';

const FRAGMENTS: readonly Case[] = [
  ['a text in two fragments', `0182 ${ZEROS} 7069 8082 ${ZEROS} 6e67`, PONG],
  ['a text in four fragments, each a segment', `0181${ZEROS}70|0081${ZEROS}69|0081${ZEROS}6e|8081${ZEROS}67`, PONG],
  ['an empty first fragment', `0180 ${ZEROS} 8084 ${ZEROS} 70696e67`, PONG],
  ['an empty fragment in the middle', `0182 ${ZEROS} 7069 0080 ${ZEROS} 8082 ${ZEROS} 6e67`, PONG],
  ['an empty last fragment', `0184 ${ZEROS} 70696e67 8080 ${ZEROS}`, PONG],
  ['a mask of its own for each fragment', '0182 01020304 716b 8082 ffffffff 9198', PONG],
  ['a mask of ones', '8184 ffffffff 8f969198', PONG],
  ['a frame that comes byte by byte', '81|84|00|00|00|00|70|69|6e|67', PONG],
  ['two frames in one segment', `${ASK} ${ASK}`, `${PONG}, ${PONG}`],
  ['a ping between fragments', `0182 ${ZEROS} 7069 8981 ${ZEROS} 78 8082 ${ZEROS} 6e67`, `pong x, ${PONG}`],
  [
    'three pings between fragments',
    `0182 ${ZEROS} 7069 8981${ZEROS}61 8981${ZEROS}62 0080${ZEROS} 8981${ZEROS}63 8082 ${ZEROS} 6e67`,
    `pong a, pong b, pong c, ${PONG}`,
  ],
  ['a pong that nobody asked for between fragments', `0182${ZEROS}7069 8a81${ZEROS}78 8082${ZEROS}6e67`, PONG],
  ['a close between fragments', `0182 ${ZEROS} 7069 8882 ${ZEROS} 03e8`, 'close 1000'],
  ['a continuation of nothing', `8084 ${ZEROS} 70696e67`, FORBIDDEN],
  ['a continuation of nothing that goes on', `0084 ${ZEROS} 70696e67`, FORBIDDEN],
  ['a text within a text', `0182 ${ZEROS} 7069 8182 ${ZEROS} 6e67`, FORBIDDEN],
  ['binary in two fragments', `0282 ${ZEROS} 7069 8082 ${ZEROS} 6e67`, 'close 1003 binary'],
];

const CONTROL: readonly Case[] = [
  ['a ping of nothing', `8980 ${ZEROS}`, 'pong'],
  ['a ping of 125 bytes', `89fd ${ZEROS} ${'78'.repeat(125)}`, `pong ${'x'.repeat(125)}`],
  ['a masked ping', '8984 6d696e69 1d000000', 'pong pini'],
  ['ten pings at once, answered in order', pings('0123456789'), [...'0123456789'].map((n) => `pong ${n}`).join(', ')],
  ['a pong that nobody asked for', `8a80 ${ZEROS}`, ''],
  ['a ping of 126 bytes', `89fe 007e ${ZEROS} ${'78'.repeat(126)}`, FORBIDDEN],
  ['a pong of 126 bytes', `8afe 007e ${ZEROS} ${'78'.repeat(126)}`, FORBIDDEN],
  ['a close of 126 bytes', `88fe 007e ${ZEROS} 03e8 ${'78'.repeat(124)}`, FORBIDDEN],
  ['a ping with a length of 64 bits', `89ff 0000000000010000 ${ZEROS} ${'78'.repeat(65_536)}`, FORBIDDEN],
  ['a ping that is not final', `0981 ${ZEROS} 78`, FORBIDDEN],
  ['a ping in two fragments', `0981 ${ZEROS} 78 8081 ${ZEROS} 78`, FORBIDDEN],
  ['a pong that is not final', `0a81 ${ZEROS} 78`, FORBIDDEN],
  ['a close that is not final', `0882 ${ZEROS} 03e8`, FORBIDDEN],
];

const CLOSES: readonly Case[] = [
  ['a close of nothing', `8880 ${ZEROS}`, 'close'],
  ['a close with a reason', `8886 ${ZEROS} 03e8 62796521`, /^close 1000( bye!)?$/],
  ['a close with a reason of 123 bytes', `88fd ${ZEROS} 03e8 ${'78'.repeat(123)}`, /^close 1000( x{123})?$/],
  ['a close with a reason beyond ASCII', `8885 ${ZEROS} 03e8 e4bda0`, /^close 1000( 你)?$/],
  ['a text behind a close', `8882 ${ZEROS} 03e8 ${ASK}`, 'close 1000'],
  ['a second close', `8882 ${ZEROS} 03e8 8882 ${ZEROS} 03e9`, 'close 1000'],
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 4000, 4999].map(
    (code): Case => [`a close ${code}`, closing(code), `close ${code}`],
  ),
];

const UTF8: readonly Case[] = [
  ['two bytes of a character in two fragments', `0181 ${ZEROS} c3 8081 ${ZEROS} a9`, 'said é'],
  ['three bytes in three fragments', `0181${ZEROS}e4 0081${ZEROS}bd 8081${ZEROS}a0`, 'said 你'],
  ['four bytes in four fragments', `0181${ZEROS}f0 0081${ZEROS}9f 0081${ZEROS}98 8081${ZEROS}80`, 'said 😀'],
  ['a character around a ping', `0182 ${ZEROS} f09f 8981 ${ZEROS} 78 8082 ${ZEROS} 9880`, 'pong x, said 😀'],
  ['the last code point of Unicode', `8184 ${ZEROS} f48fbfbf`, 'said \u{10ffff}'],
  ['a noncharacter', `8183 ${ZEROS} efbfbf`, 'said \uffff'],
  ['a byte that never occurs, early', `0183 ${ZEROS} 61ff62 8081 ${ZEROS} 63`, NOT_UTF8],
  ['a byte that never occurs, late', `0181 ${ZEROS} 61 0081 ${ZEROS} 62 8081 ${ZEROS} fe`, NOT_UTF8],
  ['a character that is cut off by the end', `0181 ${ZEROS} e4 8081 ${ZEROS} bd`, NOT_UTF8],
  ['a continuation byte alone', `8181 ${ZEROS} 80`, NOT_UTF8],
  ['a slash in two bytes', `8182 ${ZEROS} c0af`, NOT_UTF8],
  ['a slash in three bytes', `8183 ${ZEROS} e080af`, NOT_UTF8],
  ['NUL in two bytes', `8182 ${ZEROS} c080`, NOT_UTF8],
  ['half of a surrogate pair', `8183 ${ZEROS} eda080`, NOT_UTF8],
  ['a whole surrogate pair (CESU-8)', `8186 ${ZEROS} eda0bdedb880`, NOT_UTF8],
  ['a code point beyond Unicode', `8184 ${ZEROS} f4908080`, NOT_UTF8],
  ['a character of five bytes', `8185 ${ZEROS} f888808080`, NOT_UTF8],
];

const BITS: readonly Case[] = [
  ...['c1', 'a1', '91', 'f1'].map(
    (first): Case => [`a text that begins ${first}`, `${first}84 ${ZEROS} 70696e67`, FORBIDDEN],
  ),
  ...['c9', 'a9', '99'].map((first): Case => [`a ping that begins ${first}`, `${first}80 ${ZEROS}`, FORBIDDEN]),
  ['a reserved bit in a continuation', `0182 ${ZEROS} 7069 c082 ${ZEROS} 6e67`, FORBIDDEN],
  ...[3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf].map(
    (opcode): Case => [`opcode ${opcode}`, `8${opcode.toString(16)}80 ${ZEROS}`, FORBIDDEN],
  ),
];

const SPACES = '20'.repeat(200);

const LENGTHS: readonly Case[] = [
  ['a text of nothing', `8180 ${ZEROS}`, /^text \{"type":"error","code":"bad_frame"/],
  ['125 bytes', `81fd ${ZEROS} ${'20'.repeat(121)} 70696e67`, PONG],
  ['126 bytes', `81fe 007e ${ZEROS} ${'20'.repeat(122)} 70696e67`, PONG],
  ['204 bytes, whose length comes in two segments', `81fe 00|cc ${ZEROS} ${SPACES} 70696e67`, PONG],
  ['65 535 bytes', `81fe ffff ${ZEROS} ${'20'.repeat(65_531)} 70696e67`, PONG],
  ['65 536 bytes', `81ff 0000000000010000 ${ZEROS} ${'20'.repeat(65_532)} 70696e67`, PONG],
  ['a length whose highest bit is set', `81ff 8000000000000004 ${ZEROS} 70696e67`, /^(close 1002|close 1009|cut off)$/],
  ['the largest length there is', `81ff 7fffffffffffffff ${ZEROS} 70696e67`, /^(close 1002|close 1009|cut off)$/],
  ['4 bytes, their length written in 16 bits', `81fe 0004 ${ZEROS} 70696e67`, PONG],
  ['4 bytes, their length written in 64 bits', `81ff 0000000000000004 ${ZEROS} 70696e67`, PONG],
];

describeNode('RFC 6455 on the wire', (node) => {
  it.each([...FRAGMENTS, ...CONTROL, ...CLOSES, ...UTF8, ...BITS, ...LENGTHS])('%s', async (_what, wire, answer) => {
    const socket = await RawSocket.upgraded(node.server.port, '/websocket/raw');
    const segments = wire.split('|').map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    if (segments.length === 1) socket.write(segments[0] ?? '');
    else await socket.writeApart(...segments);
    const heard = await heardBefore(socket);
    if (typeof answer === 'string') expect(heard).toBe(answer);
    else expect(heard).toMatch(answer);
  });

  it('a continuation behind a whole text', async () => {
    const socket = await RawSocket.upgraded(node.server.port, '/websocket/raw');
    socket.write(Buffer.from(ASK.replaceAll(' ', ''), 'hex'));
    // What a broken frame cuts off may take with it what was not answered yet.
    expect(await socket.json()).toEqual({ type: 'pong' });
    socket.write(Buffer.from(`8082${ZEROS}6e67`, 'hex'));
    expect(await heardBefore(socket)).toMatch(FORBIDDEN);
  });
});

/** What comes before a broadcast that is sent now, or until the end. */
async function heardBefore(socket: RawSocket): Promise<string> {
  const mark = '{"type":"broadcast","message":"the mark"}';
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | mark.length, 0, 0, 0, 0]), Buffer.from(mark)]));
  const words: string[] = [];
  for (;;) {
    const frame = await socket.frameOrEnd();
    if (frame === undefined) return [...words, ...(words.at(-1)?.startsWith('close') ? [] : ['cut off'])].join(', ');
    if (frame.kind === 'text' && frame.text.includes('the mark')) return words.join(', ');
    words.push(inWords(frame));
    if (frame.kind === 'close') return words.join(', ');
  }
}

function inWords(frame: Awaited<ReturnType<RawSocket['frame']>>): string {
  if (frame.kind === 'close') return `close ${frame.code ?? ''} ${frame.reason}`.trim();
  if (frame.kind === 'other') return 'other';
  if (frame.kind !== 'text') return `${frame.kind} ${frame.payload}`.trim();
  const said = JSON.parse(frame.text);
  return said.type === 'broadcast' ? `said ${said.message}` : `text ${frame.text}`;
}

function pings(letters: string): string {
  return [...letters].map((letter) => `8981 ${ZEROS} ${Buffer.from(letter).toString('hex')}`).join(' ');
}

function closing(code: number): string {
  return `8882 ${ZEROS} ${code.toString(16).padStart(4, '0')}`;
}
