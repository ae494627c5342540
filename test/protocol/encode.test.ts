import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentJson } from '../../src/model/content.js';
import type { UserId } from '../../src/model/ids.js';
import { decode } from '../../src/protocol/decode.js';
import { encodeAck, encodeBroadcast, encodeEphemeralMessage } from '../../src/protocol/encode.js';

const A = 'A' as UserId;
const B = 'B' as UserId;

/** Any text: of any UTF-16 units, lone surrogates included, or nearly plain. */
const text = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string(),
  fc.string({ unit: 'grapheme' }),
);

const content = fc.oneof(text, fc.object(), fc.array(fc.jsonValue()));

describe('what is encoded by hand', () => {
  it('[MP-2.15] is to the byte what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(content, (message) => {
        const json = contentJson(message, false);
        expect(encodeEphemeralMessage(A, B, json, 1)).toBe(
          JSON.stringify({ type: 'message', ephemeral: true, fromUserId: 'A', toUserId: 'B', message, sentAt: 1 }),
        );
        expect(encodeBroadcast({ messageId: 'm', seq: 2, fromUserId: A, content: json, sentAt: 1 })).toBe(
          JSON.stringify({ type: 'broadcast', messageId: 'm', seq: 2, fromUserId: 'A', message, sentAt: 1 }),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('[MP-2.16] is an ack of any id', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(printable, fc.nat(), (id, delivered) => {
        expect(encodeAck(id, delivered)).toBe(JSON.stringify({ type: 'ack', id, delivered }));
      }),
    );
  });
});

describe('content that goes on as it stood in the frame', () => {
  it('says what the frame said, whether its text had escapes or none', () => {
    const escapedSomehow = fc.tuple(content, fc.boolean()).map(([message, ascii]) => {
      const json = JSON.stringify({ toUserId: 'B', message });
      if (!ascii) return json;
      return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    });
    fc.assert(
      fc.property(escapedSomehow, (json) => {
        const decoded = decode(json);
        if (decoded.kind !== 'frame') throw new Error(`${json} was not understood`);
        const message = decoded.fields.message as string;
        expect(JSON.parse(contentJson(message, decoded.verbatim))).toEqual(JSON.parse(json).message);
      }),
      { numRuns: 2_000 },
    );
  });
});
