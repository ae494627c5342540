import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from '../../mini-program-client/src/limits.js';
import {
  contentOf,
  type Outbox,
  outboxFromText,
  outboxToText,
  put,
  without,
} from '../../mini-program-client/src/outbox.js';

function item(id: string, message: unknown = 'hi') {
  return { id, text: JSON.stringify({ type: 'message', id, toUserId: 'B', message }) };
}

function broadcast(id: string) {
  return { id, text: JSON.stringify({ type: 'broadcast', id, message: 'hi' }) };
}

function saying(id: string) {
  return { id, text: JSON.stringify({ type: 'message', id, room: 'lobby', message: 'hi' }) };
}

function filled(count: number): Outbox {
  return Array.from({ length: count }, (_, index) => item(`m${index}`));
}

describe('an outbox', () => {
  it('keeps the order of the sends, whatever is taken from between', () => {
    const outbox = put(without(filled(3), 'm1'), item('m3'));
    expect(outbox?.map(({ id }) => id)).toEqual(['m0', 'm2', 'm3']);
  });

  it('holds 200 messages and no more', () => {
    expect(put(filled(MAX_OUTBOX_MESSAGES - 1), item('last'))).toHaveLength(200);
    expect(put(filled(MAX_OUTBOX_MESSAGES), item('more'))).toBeNull();
  });

  it('holds 256 KiB of UTF-8 and no more', () => {
    const around = item('m1', '').text.length;
    const fits = item('m1', '語'.repeat(Math.floor((MAX_OUTBOX_BYTES - around) / 3)));
    expect(put([], fits)).toEqual([fits]);
    expect(put([fits], item('m2'))).toBeNull();
  });

  it('comes back from its text, to the byte', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (messages) => {
        const outbox = [
          ...messages.map((message, index) => item(`m${index}`, message)),
          broadcast('b'),
          saying('last'),
        ];
        expect(outboxFromText(outboxToText(outbox))).toEqual(outbox);
      }),
    );
  });

  it('passes over what it cannot have written', () => {
    for (const text of [
      undefined,
      '',
      'x',
      '7',
      'null',
      '{}',
      '[7,null,{},{"type":"message","id":7,"toUserId":"B"},{"type":"message","id":"m"},{"type":"x","id":"m"}]',
    ]) {
      expect(outboxFromText(text)).toEqual([]);
    }
  });

  it('still knows what was sent to whom', () => {
    expect(contentOf(item('m1', { a: [1] }))).toEqual({ toUserId: 'B', message: { a: [1] } });
    expect(contentOf(broadcast('m2'))).toEqual({ message: 'hi' });
    expect(contentOf(saying('m3'))).toEqual({ room: 'lobby', message: 'hi' });
  });
});
