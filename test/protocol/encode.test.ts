import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserId } from '../../src/model/ids.js';
import { encodeEphemeralBroadcast, encodeEphemeralMessage } from '../../src/protocol/encode.js';

const A = 'A' as UserId;
const B = 'B' as UserId;

/** Any text: of any UTF-16 units, lone surrogates included, or nearly plain. */
const text = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string(),
  fc.string({ unit: 'grapheme' }),
);

describe('what is encoded by hand', () => {
  it('[MP-2.15] is to the byte what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.object(), fc.array(fc.jsonValue())), (message) => {
        expect(encodeEphemeralMessage(A, B, message, 1)).toBe(
          JSON.stringify({ type: 'message', ephemeral: true, fromUserId: 'A', toUserId: 'B', message, sentAt: 1 }),
        );
        expect(encodeEphemeralBroadcast(A, message, 1)).toBe(
          JSON.stringify({ type: 'broadcast', ephemeral: true, fromUserId: 'A', message, sentAt: 1 }),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
