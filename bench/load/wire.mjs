import { randomBytes } from 'node:crypto';

/** A WebSocket handshake as bytes (RFC 6455 §4.1). */
export function handshake(path) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    '',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

export const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 };

/** One masked frame (RFC 6455 §5.2). */
export function clientFrame(opcode, text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length > 0xffff) throw new Error(`frames of more than 64 KiB are not built here, got ${length} bytes`);
  const header = length < 126 ? Buffer.from([0x80 | opcode, 0x80 | length]) : Buffer.from([0x80 | opcode, 0xfe, 0, 0]);
  if (length >= 126) header.writeUInt16BE(length, 2);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, payload.map((byte, at) => byte ^ mask[at % 4])]);
}

/** The first frame in `bytes`, and how many of them it takes; nothing if it is not whole yet. */
export function readFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const [first, short] = bytes;
  if (short > 126) throw new Error('expected an unmasked frame of less than 64 KiB');
  if (short === 126 && bytes.length < 4) return undefined;
  const from = short === 126 ? 4 : 2;
  const size = from + (short === 126 ? bytes.readUInt16BE(2) : short);
  if (bytes.length < size) return undefined;
  return { opcode: first & 0x0f, text: bytes.toString('utf8', from, size), size };
}
