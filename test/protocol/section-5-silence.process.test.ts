import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';

describeNode(
  'silence',
  (node) => {
    it('[MP-5.2] closes 4408 who is silent, and only that one', async () => {
      const silent = await RawSocket.upgraded(node.server.port, '/websocket/silent');
      // The `ws` package answers WebSocket-level pings by itself and sends nothing else.
      const listener = await node.open('listener');
      expect(await silent.frame()).toEqual({ kind: 'ping' });
      expect(await silent.json()).toMatchObject({ type: 'error', code: 'silent' });
      expect(await silent.ending()).toBe('close 4408 silent');
      expect(await listener.ask('ping')).toEqual({ type: 'pong' });
      expect(await listener.ask({ type: 'message', id: '1', toUserId: 'silent', message: 'x' })).toMatchObject({
        code: 'not_found',
      });
    });

    it('[MP-5.2] lets a WebSocket-level pong count', async () => {
      const socket = await RawSocket.upgraded(node.server.port, '/websocket/A');
      for (let i = 0; i < 3; i += 1) {
        expect(await socket.frame()).toEqual({ kind: 'ping' });
        socket.write(clientFrame(OPCODE.pong));
      }
      socket.write(clientFrame(OPCODE.text, 'ping'));
      expect(await socket.json()).toEqual({ type: 'pong' });
    });

    it('[MP-5.1] tells in welcome when to ping, well before it gives up', async () => {
      const full = await node.open('A?v=1');
      expect(await full.next()).toMatchObject({ pingEveryMs: 1_000, deadAfterMs: 2_000 });
    });
  },
  { MINIM_IDLE_TIMEOUT_S: '4' },
);
