import { expect, it } from 'vitest';
import { CLIENT_FRAMES } from '../../src/protocol/frames.js';
import { describeNode } from '../support/node-suite.js';

describeNode('frames', (node) => {
  it('[MP-2.1] takes 64 KiB of UTF-8, closes 1009 beyond it, and ignores unknown fields', async () => {
    const a = await node.open('A');
    const b = await node.open('B');
    const around = JSON.stringify({ toUserId: 'B', ephemeral: true, message: '' }).length;
    // Two bytes a character: the bound is in bytes.
    const text = 'é'.repeat((65_536 - around) / 2);
    const frame = JSON.stringify({ toUserId: 'B', ephemeral: true, message: text }).padEnd(65_536 - text.length, ' ');
    expect(Buffer.byteLength(frame)).toBe(65_536);
    a.send(frame);
    expect((await b.next()).message).toBe(text);
    a.send({ type: 'message', toUserId: 'B', ephemeral: true, message: 'x', unknown: { deep: [1] }, cursor: 'y' });
    expect((await b.next()).message).toBe('x');
    a.send(`${frame} `);
    expect(await a.ended).toEqual({ code: 1009, reason: 'too_large' });
  });

  it('[MP-2.2] takes the text ping, in any case and with white space around it, for a ping', async () => {
    const a = await node.open('A');
    for (const text of [
      'ping',
      'PING',
      'Ping',
      ' ping',
      'ping\r\n',
      '\t pInG \n',
      '{"type":"ping"}',
      ' {"type":"ping","cursor":3}',
    ]) {
      a.send(text);
      expect(await a.nextText(), JSON.stringify(text)).toBe('{"type":"pong"}');
    }
    a.send('pings');
    expect(await a.next()).toMatchObject({ type: 'broadcast', message: 'pings' });
  });

  it('[MP-2.3] answers with exactly {"type":"pong"} on a plain session, and with more on a full one', async () => {
    const [plain, full] = [await node.open('A'), await node.open('B?v=1')];
    await full.next();
    plain.send('ping');
    expect(await plain.nextText()).toBe('{"type":"pong"}');
    expect(await full.ask('ping')).toEqual({
      type: 'pong',
      head: 0,
      broadcast: expect.any(Number),
      time: expect.any(Number),
    });
    expect(await full.ask({ type: 'ping', cursor: -1 })).toMatchObject({
      code: 'bad_frame',
      message: 'cursor must be an integer from 0 to 2^53-1, got the number -1',
    });
  });

  it('[MP-2.4] takes an object without a type for a message, or for a broadcast', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    a.send({ toUserId: 'B', ephemeral: true, message: 'one' });
    expect(await b.next()).toMatchObject({ type: 'message', message: 'one' });
    a.send({ message: 'two' });
    for (const session of [a, b]) expect(await session.next()).toMatchObject({ type: 'broadcast', message: 'two' });
    for (const toUserId of [null, '', {}, []]) {
      expect(await a.ask({ toUserId, message: 'x' })).toMatchObject({
        code: 'bad_frame',
        message: expect.stringContaining('toUserId'),
      });
    }
    expect(await a.ask({ room: null, message: 'x' })).toMatchObject({
      code: 'bad_frame',
      message: expect.stringContaining('room'),
    });
    expect(await a.ask({ id: '7', text: 'x' })).toMatchObject({ id: '7', code: 'bad_frame' });
    await node.nothingElseCame(a, b);
  });

  it('[MP-2.5] takes numbers and booleans of the short forms for their text, and of the long form not', async () => {
    const [a, b] = [await node.open('7'), await node.open('8')];
    a.send('{"fromUserId":7,"toUserId":8,"message":3.5}');
    expect(await b.next()).toMatchObject({ fromUserId: '7', toUserId: '8', message: '3.5' });
    a.send('{"message":true}');
    expect(await b.next()).toMatchObject({ type: 'broadcast', message: 'true' });
    await a.next();
    expect(await a.ask('{"type":"message","toUserId":8,"message":"x"}')).toMatchObject({
      code: 'bad_frame',
      message: 'toUserId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got the number 8',
    });
  });

  it('[MP-2.6] answers text that begins like JSON and is no frame, and never broadcasts it', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const text of [
      '{',
      '{bad',
      ' \n{"a":',
      '[',
      '[]',
      '[{"toUserId":"B","message":"x"}]',
      '{}',
      '{"type":7}',
      '{"type":null}',
      '',
    ]) {
      expect(await a.ask(text), text).toMatchObject({ type: 'error', code: 'bad_frame' });
    }
    await node.nothingElseCame(a, b);
  });

  it('[MP-2.7] answers text with control characters with unsupported, and never broadcasts it', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const text of ['CONNECT\nlogin:a\npasscode:secret\n\n\0', '\u0001', 'a\u007fb', 'a\u001b[31m']) {
      expect(await a.ask(text)).toMatchObject({ type: 'error', code: 'unsupported' });
    }
    a.send('tabs\tand\r\nlines');
    for (const session of [a, b]) expect(await session.next()).toMatchObject({ message: 'tabs\tand\r\nlines' });
  });

  it('[MP-2.8] broadcasts any other text, 666 and true included', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const text of ['666', 'true', 'null', '"quoted"', 'hello {x}', '你好 👋', ' ', '<b>']) {
      a.send(text);
      for (const session of [a, b])
        expect(await session.next()).toMatchObject({ type: 'broadcast', fromUserId: 'A', message: text });
    }
  });

  it('[MP-2.9] lets a session speak for its own user only, however the field is spelt', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const field of ['fromUserId', 'formUserId']) {
      a.send({ [field]: 'A', toUserId: 'B', ephemeral: true, message: field });
      expect(await b.next()).toMatchObject({ fromUserId: 'A', message: field });
      expect(await a.ask({ [field]: 'C', toUserId: 'B', ephemeral: true, message: 'x' })).toEqual({
        type: 'error',
        code: 'forbidden',
        message: `${field} must be your own user id "A", got "C"`,
      });
      expect(await a.ask({ [field]: 'C', message: 'x' })).toMatchObject({ code: 'forbidden' });
      expect(await a.ask({ [field]: {}, toUserId: 'B', ephemeral: true, message: 'x' })).toMatchObject({
        code: 'bad_frame',
      });
    }
    await node.nothingElseCame(a, b);
  });

  it('[MP-2.10] carries any Unicode text and any JSON as it was sent', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    const messages = [
      'a',
      '\u0000\u001f\u2028\ud800',
      '👩‍👩‍👧 é e\u0301 \u202e',
      { a: [1, 'x', null, { b: {} }] },
      [],
      {},
      [[], [[]]],
    ];
    for (const message of messages) {
      a.send({ toUserId: 'B', ephemeral: true, message });
      expect((await b.next()).message).toEqual(message);
    }
    a.send('{"toUserId":"B","ephemeral":true,"message":{"__proto__":{"polluted":1},"constructor":2}}');
    expect(await b.nextText()).toContain('"message":{"__proto__":{"polluted":1},"constructor":2}');
  });

  it('[MP-2.10] refuses a message that is empty, missing, no text and no JSON container, or too deep', async () => {
    const a = await node.open('A');
    const deep = (levels: number) =>
      `{"toUserId":"A","ephemeral":true,"message":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    for (const message of ['', null, undefined]) {
      expect(await a.ask({ toUserId: 'A', ephemeral: true, message })).toMatchObject({
        code: 'bad_frame',
        message: expect.stringContaining('message must be'),
      });
    }
    for (const message of [7, true]) {
      expect(await a.ask({ type: 'message', toUserId: 'A', ephemeral: true, message })).toMatchObject({
        code: 'bad_frame',
      });
    }
    expect(await a.ask(deep(65))).toMatchObject({ code: 'bad_frame', message: expect.stringContaining('64 levels') });
    expect(await a.ask(deep(64))).toMatchObject({ type: 'message' });
  });

  it('[MP-2.11] answers with the id of the frame, and refuses one that is not 1 to 64 printable ASCII characters', async () => {
    const [a, b] = [await node.open('A'), await node.open('B')];
    for (const id of ['1', '~ !"#', 'x'.repeat(64)]) {
      expect(await a.ask({ type: 'message', id, toUserId: 'B', ephemeral: true, message: 'x' })).toEqual({
        type: 'ack',
        id,
        delivered: 1,
      });
      await b.next();
    }
    for (const id of ['', 'x'.repeat(65), 'é', 'a\tb', 7, null]) {
      const error = await a.ask({ type: 'message', id, toUserId: 'B', ephemeral: true, message: 'x' });
      expect(error).toMatchObject({ type: 'error', code: 'bad_frame', message: expect.stringContaining('id must be') });
      expect(error).not.toHaveProperty('id');
    }
    await node.nothingElseCame(b);
  });

  it('[MP-2.12] names the field that is wrong, with the id if that is right, and the session lives', async () => {
    const a = await node.open('A');
    expect(await a.ask({ type: 'message', id: 'm1', toUserId: 'no spaces', ephemeral: true, message: 'hi' })).toEqual({
      type: 'error',
      id: 'm1',
      code: 'bad_frame',
      message: 'toUserId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"',
    });
    expect(await a.ask({ type: 'message', toUserId: 'B', message: 'x', ephemeral: 'yes' })).toMatchObject({
      message: 'ephemeral must be true or false, got "yes"',
    });
    expect(await a.ask({ type: 'message', toUserId: 'B', ephemeral: true, message: 'x', ttlS: 1.5 })).toMatchObject({
      message: expect.stringContaining('ttlS must be'),
    });
    expect(await a.ask({ type: 'message', toUserId: 'B', room: 'r', message: 'x' })).toMatchObject({
      code: 'bad_frame',
      message: expect.stringContaining('got both'),
    });
    expect(await a.ask({ type: 'message', message: 'x' })).toMatchObject({
      code: 'bad_frame',
      message: expect.stringContaining('toUserId'),
    });
    expect(await a.ask({ type: 'nonsense', id: 'n' })).toEqual({
      type: 'error',
      id: 'n',
      code: 'bad_frame',
      message: expect.stringMatching(/^type must be one of ping, message, broadcast, .*, got "nonsense"$/),
    });
    expect(await a.ask({ type: 'toString', message: 'x' })).toMatchObject({ code: 'bad_frame' });
    expect(await a.ask('ping')).toEqual({ type: 'pong' });
  });

  it('[MP-2.13] closes 4400 at the 20th bad frame within a minute, after answering each', async () => {
    const a = await node.open('A');
    for (let i = 1; i <= 19; i += 1) expect(await a.ask('{bad')).toMatchObject({ code: 'bad_frame' });
    expect(await a.ask('ping')).toEqual({ type: 'pong' });
    a.send('{bad');
    expect(await a.next()).toMatchObject({ code: 'bad_frame' });
    expect(await a.next()).toEqual({
      type: 'error',
      code: 'bad_frames',
      message: 'too many bad frames within a minute',
    });
    expect(await a.ended).toEqual({ code: 4400, reason: 'bad_frames' });
  });

  it('[MP-2.14] answers what only full sessions may send with unsupported on a plain one', async () => {
    const plain = await node.open('C');
    const types = Object.entries(CLIENT_FRAMES).flatMap(([type, { plain }]) => (plain ? [] : [type]));
    expect(types).toContain('history');
    for (const type of types) {
      expect(await plain.ask({ type, id: 'k' })).toMatchObject({ type: 'error', id: 'k', code: 'unsupported' });
    }
    expect(await plain.ask({ room: 'lobby', message: 'x' })).toMatchObject({ code: 'unsupported' });
    const full = await node.open('B?v=1');
    await full.next();
    for (const type of types) {
      expect(await full.ask({ type, id: 'no id of this kind: ü' })).toMatchObject({ code: 'bad_frame' });
    }
  });
});
