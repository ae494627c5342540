import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLOSE, isFinalClose } from '../../src/protocol/codes.js';
import { encodeFarewell } from '../../src/protocol/encode.js';
import { describeNode } from '../support/node-suite.js';
import { closeFrame } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';

describe('the closes of this server', () => {
  const table = readFileSync('PROTOCOL.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| \d{4}/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('[MP-6.2] stand in the table with their words, and have no other', () => {
    for (const { code, word } of Object.values(CLOSE)) {
      const row = table.find(([, codes = '']) => codes.includes(String(code)));
      expect(row?.[2], `${code} ${word}`).toContain(`\`${word}\``);
    }
    const words = table.flatMap(([, , cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]));
    expect(new Set(words)).toEqual(new Set(Object.values(CLOSE).map(({ word }) => word)));
  });

  it('[MP-6.1] have an error frame before them where the code is 4xxx, and only there', () => {
    for (const close of Object.values(CLOSE)) {
      const farewell = encodeFarewell(close);
      if (close.code < 4000) expect(farewell).toBeUndefined();
      else expect(JSON.parse(farewell ?? '')).toEqual({ type: 'error', code: close.word, message: expect.any(String) });
    }
  });

  it('[MP-6.3] say by one comparison whether to come back', () => {
    for (const [, codes = '', , , back = ''] of table) {
      for (const code of codes.match(/\d{4}/g) ?? [])
        expect(isFinalClose(Number(code)), code).toBe(back.startsWith('no'));
    }
  });
});

describeNode('closing', (node) => {
  it('[MP-6.1] sends the error frame behind what was sent before, then closes', async () => {
    const older = await node.open('A?v=1&device=phone');
    await older.next();
    older.send('ping');
    await node.open('A?v=1&device=phone');
    const frames = await older.nextOnes(2);
    expect(frames.map(({ type }) => type)).toEqual(['pong', 'error']);
    expect(await older.ended).toEqual({ code: 4509, reason: 'replaced' });
  });

  it('[MP-6.2] answers a close of the client with a close, and the user is offline', async () => {
    for (const code of [1000, 1001, 3000, 4999]) {
      const socket = await RawSocket.upgraded(node.server.port, '/websocket/leaver');
      socket.write(closeFrame(code));
      expect(await socket.ending()).toMatch(/^close/);
      const other = await node.open('other');
      expect(
        await other.ask({ type: 'message', id: '1', toUserId: 'leaver', ephemeral: true, message: 'x' }),
      ).toMatchObject({
        code: 'not_found',
      });
    }
  });
});
