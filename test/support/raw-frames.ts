/** WebSocket frames as bytes: RFC 6455 §5.2. */
export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

export interface FrameOptions {
  readonly final?: boolean;
  /** Whether the payload is masked, as a client's must be. */
  readonly masked?: boolean;
  /** What the header says of it; other than `masked` only to break the rule. */
  readonly maskBit?: boolean;
  readonly reservedBits?: number;
}

const MASK = Buffer.from([0x6d, 0x69, 0x6e, 0x69]);

/** One frame from a client. */
export function clientFrame(opcode: number, payload: string | Buffer = '', options: FrameOptions = {}): Buffer {
  const { final = true, masked = true, maskBit = masked, reservedBits = 0 } = options;
  const bytes = Buffer.from(payload);
  const header = lengthHeader(bytes.length);
  header[0] = (final ? 0x80 : 0) | reservedBits | opcode;
  if (maskBit) header[1] = (header[1] ?? 0) | 0x80;
  if (!masked) return Buffer.concat([header, bytes]);
  return Buffer.concat([header, MASK, bytes.map((byte, i) => byte ^ (MASK[i % 4] ?? 0))]);
}

export function textFrame(text: string): Buffer {
  return clientFrame(OPCODE.text, text);
}

/** A close frame; a code may be any 16 bits, to break the rule. */
export function closeFrame(code: number, reason: string | Buffer = ''): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  payload.writeUInt16BE(code);
  return clientFrame(OPCODE.close, payload);
}

function lengthHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0, length]);
  if (length < 65_536) {
    const header = Buffer.from([0, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

/** One frame from the server, understood. */
export type ServerFrame =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly code: number | undefined; readonly reason: string }
  | { readonly kind: 'ping' | 'pong'; readonly payload: string }
  | { readonly kind: 'other' };

/** The first frame in `bytes` and where the next begins, or `undefined` while it is not all there. */
export function readFrame(bytes: Buffer): { frame: ServerFrame; size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return { frame: understand(bytes.readUInt8(0) & 0x0f, payload), size: start + length };
}

function understand(opcode: number, payload: Buffer): ServerFrame {
  if (opcode === OPCODE.text) return { kind: 'text', text: payload.toString() };
  if (opcode === OPCODE.ping) return { kind: 'ping', payload: payload.toString('latin1') };
  if (opcode === OPCODE.pong) return { kind: 'pong', payload: payload.toString('latin1') };
  if (opcode !== OPCODE.close) return { kind: 'other' };
  const code = payload.length < 2 ? undefined : payload.readUInt16BE(0);
  return { kind: 'close', code, reason: payload.subarray(2).toString() };
}
