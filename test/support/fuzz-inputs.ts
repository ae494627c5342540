import { clientFrame, closeFrame, OPCODE, textFrame } from './raw-frames.js';
import { handshake, httpRequest } from './raw-socket.js';

/** One thing to throw at a node. `frame` goes over a session that is open, `bytes` over a WebSocket of its own. */
export type FuzzInput =
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'bytes' | 'handshake' | 'request'; readonly bytes: Buffer };

/** Numbers that look random and come again with the same seed (mulberry32). */
class Dice {
  constructor(private state: number) {}

  /** From 0 up to, and not including, 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** An integer below `end`. */
  below(end: number): number {
    return Math.floor(this.roll() * end);
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('expected something to pick from');
    return choice;
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }

  bytes(most: number): Buffer {
    return Buffer.from(Array.from({ length: 1 + this.below(most) }, () => this.below(256)));
  }
}

/** The users that inputs write to; nobody else may ever hear of them, but by a broadcast. */
const TARGETS = ['fuzz-0', 'fuzz-1', 'fuzz-2', 'fuzz-3', 'fuzz-nobody'];
const EPOCHS = 'k3v9abcd-7';

type Fields = readonly (readonly [name: string, json: string])[];

/** Each client frame as it should be, its values as JSON. */
const FRAMES: readonly Fields[] = [
  [['type', '"ping"']],
  [
    ['type', '"ping"'],
    ['cursor', '0'],
  ],
  [
    ['type', '"message"'],
    ['id', '"m1"'],
    ['toUserId', '"fuzz-1"'],
    ['message', '"hello"'],
  ],
  [
    ['type', '"message"'],
    ['id', '"m2"'],
    ['toUserId', '"fuzz-2"'],
    ['message', '{"a":[1,2,{"b":null}]}'],
    ['ephemeral', 'true'],
    ['ttlS', '60'],
    ['fromUserId', '"fuzz-0"'],
  ],
  [
    ['toUserId', '"fuzz-0"'],
    ['message', '"short"'],
  ],
  [['message', '"to all"']],
  [
    ['type', '"broadcast"'],
    ['id', '"b1"'],
    ['message', '"good morning"'],
  ],
  [
    ['type', '"received"'],
    ['cursor', '1'],
  ],
  [
    ['type', '"read"'],
    ['peerId', '"fuzz-1"'],
    ['seq', '1'],
  ],
  [
    ['type', '"recall"'],
    ['id', '"r1"'],
    ['messageId', `"${EPOCHS}"`],
  ],
  [
    ['type', '"typing"'],
    ['toUserId', '"fuzz-3"'],
  ],
  [
    ['type', '"history"'],
    ['id', '"h1"'],
    ['peerId', '"fuzz-1"'],
    ['before', '9'],
    ['limit', '3'],
  ],
  [
    ['type', '"conversations"'],
    ['id', '"c1"'],
    ['before', '9'],
    ['limit', '3'],
  ],
  [
    ['type', '"join"'],
    ['id', '"j1"'],
    ['room', '"r"'],
    ['since', '1'],
    ['list', 'true'],
  ],
  [
    ['room', '"r"'],
    ['id', '"m3"'],
    ['message', '"to the room"'],
  ],
  [
    ['type', '"history"'],
    ['id', '"h2"'],
    ['room', '"r"'],
    ['before', '9'],
  ],
  [
    ['type', '"leave"'],
    ['room', '"r"'],
  ],
  [
    ['type', '"profile"'],
    ['id', '"p1"'],
    ['nickname', '"Ann"'],
    ['avatar', '"cat.png"'],
    ['invisible', 'false'],
  ],
  [
    ['type', '"block"'],
    ['id', '"k1"'],
    ['userId', '"fuzz-1"'],
  ],
  [
    ['type', '"unblock"'],
    ['id', '"k2"'],
    ['userId', '"fuzz-1"'],
  ],
  [
    ['type', '"blocked"'],
    ['id', '"k3"'],
  ],
  [
    ['type', '"watch"'],
    ['id', '"w1"'],
    ['userIds', '["fuzz-0","fuzz-2"]'],
  ],
  [
    ['type', '"unwatch"'],
    ['userIds', '["fuzz-0"]'],
  ],
];

const NAMES = [
  'type',
  'id',
  'toUserId',
  'fromUserId',
  'formUserId',
  'message',
  'cursor',
  'seq',
  'limit',
  'before',
  'room',
  'userIds',
];
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'nickname',
  'token',
  '',
  '\\u0000',
];

/** Values as JSON, or as what looks like it. */
const ODD_VALUES = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '9007199254740991',
  '9007199254740992',
  '1e309',
  '-1e309',
  '1e-400',
  '123456789012345678901234567890',
  '01',
  'NaN',
  'Infinity',
  'undefined',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u202e"',
  '"\u0001"',
  '"a\\nb\\u001b[31m"',
  '"../fuzz-1"',
  '"fuzz-1\\u0000"',
  '"FUZZ-1"',
  '"__proto__"',
  '"constructor"',
  '[]',
  '{}',
  '[[[]]]',
  '{"__proto__":{"admin":true}}',
  '{"toString":1,"valueOf":2,"toJSON":3}',
  '{"length":1e9}',
  '{"a":1,"a":2}',
  `"${'x'.repeat(64)}"`,
  `"${'x'.repeat(65)}"`,
  `"${'é'.repeat(500)}"`,
  `"${'x'.repeat(20_000)}"`,
  `${'['.repeat(64)}${']'.repeat(64)}`,
  `${'['.repeat(65)}${']'.repeat(65)}`,
  `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
  '['.repeat(3_000),
];

const TEXTS = [
  'ping',
  ' PING\n',
  'pong',
  '',
  ' ',
  '666',
  'true',
  'null',
  '{',
  '[',
  '}',
  '{}',
  '[]',
  '"ping"',
  '\ufeff{"type":"ping"}',
  '\u2028{"type":"ping"}',
  'CONNECT\naccept-version:1.2\npasscode:x\n\n\0',
  '\u0010\u0019\u0000\u0004MQTT\u0004',
  '42["message",{"a":1}]',
  '<script>alert(1)</script>',
  "'; drop table messages; --",
  '\u001b[2J\u001b[31m',
  '😀'.repeat(100),
  'x'.repeat(65_536),
  'x'.repeat(65_537),
];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'BREW', 'get', 'G\u00e9T'];
const ROUTES = [
  '/',
  '/health/live',
  '/health/ready',
  '/websocket',
  '/websocket/',
  '/websocket/fuzz-9',
  '/websocket/a/b',
  '/auth/ticket',
  '/auth/wechat',
  '/metrics',
  '/nothing',
];
const PATH_TRICKS = [
  '%2e%2e/',
  '../',
  '..;/',
  '//',
  '/./',
  '%00',
  '%2f',
  '%5c',
  '\\',
  '%',
  '%zz',
  '%c0%af',
  '%ed%a0%80',
  '%F0%9F%98%80',
  '\u00ff',
  ';a=b',
  '#x',
  '?',
  '?a=b&a=c',
  '?v=1&device=d&cursor=9007199254740992',
  '?v=2',
  '?cursor=-1&v=1&epoch=%00',
  '?token=a.b.c',
  '?ticket=x',
  `?${'a&'.repeat(500)}`,
  'x'.repeat(3_000),
];
const HEADER_TRICKS = [
  'X-Forwarded-For: 1.2.3.4, ::1, x',
  'Authorization: Bearer a.b.c',
  'Authorization: Bearer',
  'Origin: null',
  'Origin: http://evil.example',
  'Referer: https://servicewechat.com/wx0/1/page.html',
  'Cookie: a=b',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 0x5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Expect: 100-continue',
  'Connection: close',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Host: elsewhere',
  'Content-Type: application/json',
  'Content-Type: application/json; charset=utf-7',
  'Content-Type: text/plain',
  'Content-Type: multipart/form-data; boundary=x',
  'Content-Type: \u00ff',
  'Content-Encoding: gzip',
  'Sec-WebSocket-Protocol: a, b',
  'Sec-WebSocket-Protocol: ,',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99',
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Key: x',
  '__proto__: x',
  'constructor: x',
  ': x',
  'no colon',
  'x:\u0001',
  'x: \u0080\u00ff',
  ' folded: x',
  `x: ${'y'.repeat(6_000)}`,
];

/** The input with this number of this seed: always the same one. */
export function fuzzInput(seed: number, number: number): FuzzInput {
  const dice = new Dice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const kind = dice.roll();
  if (kind < 0.7) return { kind: 'frame', text: frameText(dice) };
  if (kind < 0.8) return { kind: 'bytes', bytes: wireBytes(dice) };
  if (kind < 0.9) return { kind: 'handshake', bytes: handshakeBytes(dice) };
  return { kind: 'request', bytes: requestBytes(dice) };
}

function frameText(dice: Dice): string {
  if (dice.chance(0.1)) return dice.chance(0.5) ? dice.pick(TEXTS) : garble(dice, dice.pick(TEXTS));
  let fields = dice.pick(FRAMES);
  for (let changes = dice.below(4); changes > 0; changes -= 1) fields = changeFields(dice, fields);
  const text = `{${fields.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
  return dice.chance(0.2) ? garble(dice, text) : text;
}

function changeFields(dice: Dice, fields: Fields): Fields {
  const at = dice.below(fields.length + 1);
  const [name = 'message', json = '1'] = fields[at] ?? [];
  const changed: Fields[] = [
    [[name, oddValue(dice)]],
    [],
    [
      [name, json],
      [name, oddValue(dice)],
    ],
    [[dice.pick(ODD_NAMES), json]],
    [
      [name, json],
      [dice.pick(ODD_NAMES), oddValue(dice)],
    ],
    [[dice.pick(NAMES), oddValue(dice)]],
    [['toUserId', `"${dice.pick(TARGETS)}"`]],
    [['id', `"${dice.below(1_000)}"`]],
  ];
  return [...fields.slice(0, at), ...dice.pick(changed), ...fields.slice(at + 1)];
}

function oddValue(dice: Dice): string {
  return dice.chance(0.8) ? dice.pick(ODD_VALUES) : `{"${dice.pick(ODD_NAMES)}":${dice.pick(ODD_VALUES)}}`;
}

/** Cuts, doubles, or replaces a piece. */
function garble(dice: Dice, text: string): string {
  const from = dice.below(text.length + 1);
  const to = Math.min(text.length, from + dice.below(8));
  const middle = dice.pick([
    '',
    text.slice(from, to).repeat(2),
    String.fromCharCode(dice.below(0xd800)),
    dice.pick(['"', '\\', '{', '}', ',', ':', '\u0000', '\u007f', '\ufeff', '\ufffd']),
  ]);
  return dice.chance(0.2) ? text.slice(0, from) : text.slice(0, from) + middle + text.slice(to);
}

function wireBytes(dice: Dice): Buffer {
  const frames = Array.from({ length: 1 + dice.below(5) }, () => wireFrame(dice));
  let bytes: Buffer = Buffer.concat(frames);
  for (let changes = dice.below(3); changes > 0; changes -= 1) bytes = garbleBytes(dice, bytes);
  return bytes;
}

function wireFrame(dice: Dice): Buffer {
  const options = {
    final: dice.chance(0.7),
    reservedBits: dice.chance(0.9) ? 0 : dice.pick([0x10, 0x20, 0x40, 0x70]),
    maskBit: dice.chance(0.95),
  };
  const payload = dice.chance(0.6) ? Buffer.from(frameText(dice).slice(0, 2_000)) : dice.bytes(150);
  return dice.pick([
    () => clientFrame(dice.below(16), payload, options),
    () => clientFrame(OPCODE.text, payload, options),
    () => clientFrame(OPCODE.continuation, payload, options),
    () => textFrame('ping'),
    () => clientFrame(OPCODE.ping, dice.bytes(130), options),
    () => closeFrame(dice.below(65_536), dice.bytes(10)),
    () => dice.bytes(40),
  ])();
}

function garbleBytes(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length);
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8));
  return dice.pick([
    changed,
    bytes.subarray(0, at + 1),
    Buffer.concat([bytes.subarray(0, at), dice.bytes(6), bytes.subarray(at)]),
    Buffer.concat([bytes, bytes.subarray(at)]),
  ]);
}

function handshakeBytes(dice: Dice): Buffer {
  const path = dice.chance(0.5) ? `/websocket/fuzz-${dice.below(10)}` : dice.pick(ROUTES);
  const text = handshake(trickPath(dice, path), {
    ...(dice.chance(0.1) && { method: dice.pick(METHODS) }),
    extraLines: headerTricks(dice),
  });
  return finished(dice, text);
}

function requestBytes(dice: Dice): Buffer {
  const body = dice.chance(0.5) ? '' : frameText(dice);
  const lines = headerTricks(dice);
  if (body !== '' && dice.chance(0.8)) lines.push(`Content-Length: ${Buffer.byteLength(body, 'latin1')}`);
  if (dice.chance(0.5)) lines.push('Content-Type: application/json');
  return finished(dice, httpRequest(dice.pick(METHODS), trickPath(dice, dice.pick(ROUTES)), lines, body));
}

function trickPath(dice: Dice, path: string): string {
  if (dice.chance(0.3)) return path;
  const at = dice.below(path.length + 1);
  return path.slice(0, at) + dice.pick(PATH_TRICKS) + path.slice(at);
}

function headerTricks(dice: Dice): string[] {
  return Array.from({ length: dice.below(4) }, () => dice.pick(HEADER_TRICKS));
}

function finished(dice: Dice, text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return dice.chance(0.2) ? garbleBytes(dice, bytes) : bytes;
}
