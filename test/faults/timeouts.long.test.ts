import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { handshake, httpRequest, RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';

/** uWebSockets.js gives a request 10 s, Node 60 s and looks every 30 s. */
const REQUEST_WITHIN_MS = 100_000;

describeNode('real time', (node) => {
  it('[MP-1.7] sends a listener with heartbeat=server a pong every 20 s, and one without none', async () => {
    const listener = await node.open('A?heartbeat=server');
    const other = await node.open('B');
    const opened = performance.now();
    for (const round of [1, 2]) {
      expect(await listener.nextText({ withinMs: 25_000 })).toBe('{"type":"pong"}');
      const seconds = (performance.now() - opened) / 1000 / round;
      expect(seconds).toBeGreaterThan(18.5);
      expect(seconds).toBeLessThan(22.5);
    }
    await node.nothingElseCame(other);
  });

  it('ends half-sent upgrades, half-sent requests and connections that say nothing', async () => {
    const begun = [handshake('/websocket/A').slice(0, -2), httpRequest('GET', '/').slice(0, 20), 'G', ''];
    const sockets = await Promise.all(
      begun.map(async (text) => {
        const socket = await RawSocket.open(node.server.port);
        if (text !== '') socket.write(text);
        return socket;
      }),
    );
    const started = performance.now();
    await Promise.all(sockets.map((socket) => socket.end({ withinMs: REQUEST_WITHIN_MS })));
    expect(performance.now() - started).toBeLessThan(REQUEST_WITHIN_MS);
  });
});

describeNode(
  'sessions whose peer is there and takes no part',
  (node) => {
    it('[MP-5.2] are torn down altogether, even if they never answer the close', async () => {
      const socket = await RawSocket.upgraded(node.server.port, '/websocket/A');
      expect(await socket.ending()).toBe('close 4408 silent');
      await socket.end({ withinMs: 60_000 });
      await socket.resetByWriting({ withinMs: 60_000 });
    });

    it('[MP-5.2] stay for as long as they answer the pings of the server', async () => {
      const client = await WsClient.open(`${node.server.ws}/websocket/A`);
      const socket = await RawSocket.upgraded(node.server.port, '/websocket/B');
      for (let i = 0; i < 12; i += 1) {
        expect(await socket.frame()).toMatchObject({ kind: 'ping' });
        socket.write(clientFrame(OPCODE.pong));
      }
      expect(await client.ask('ping')).toEqual({ type: 'pong' });
    });
  },
  { MINIM_IDLE_TIMEOUT_S: '4' },
);
