import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ClientFrameType } from '../../src/protocol/frames.js';
import { faultyProgram } from '../support/faulty-program.js';
import { startServer } from '../support/server.js';
import { type Frame, WsClient } from '../support/ws-client.js';

const FRAMES: Readonly<Record<ClientFrameType, Frame>> = {
  ping: { type: 'ping' },
  received: { type: 'received', cursor: 0 },
  read: { type: 'read', peerId: 'B', seq: 0 },
  message: { type: 'message', id: '1', toUserId: 'B', message: 'x' },
  recall: { type: 'recall', id: '1', messageId: 'x-1' },
  typing: { type: 'typing', toUserId: 'B' },
  history: { type: 'history', id: '1', peerId: 'B' },
  conversations: { type: 'conversations', id: '1' },
  broadcast: { type: 'broadcast', id: '1', message: 'x' },
  token: { type: 'token', token: 'x' },
  join: { type: 'join', room: 'x' },
  leave: { type: 'leave', room: 'x' },
  profile: { type: 'profile', nickname: 'x' },
  block: { type: 'block', id: '1', userId: 'B' },
  unblock: { type: 'unblock', id: '1', userId: 'B' },
  blocked: { type: 'blocked', id: '1' },
  watch: { type: 'watch', userIds: ['B'] },
  unwatch: { type: 'unwatch', userIds: ['B'] },
};

describe.each(['uws', 'ws'])('an exception in our own code (%s)', (transport) => {
  const program = faultyProgram();
  afterAll(program.remove);

  it('in any handler ends that session 1011 and no other, is logged, and tells nobody where it was', async () => {
    const server = await startServer({ entry: program.entry, env: { MINIM_TRANSPORT: transport } });
    onTestFinished(async () => void (await server.stop()));
    const witness = await WsClient.open(`${server.ws}/websocket/witness`);
    for (const [handler, frame] of Object.entries(FRAMES)) {
      const bad = await WsClient.open(`${server.ws}/websocket/bad-${handler}?v=1`, { ignored: 'synced' });
      expect(await bad.next()).toMatchObject({ type: 'welcome' });
      bad.send(frame);
      expect(await bad.nextUnlessClosed()).toBeUndefined();
      expect(await bad.ended).toEqual({ code: 1011, reason: 'internal' });
      expect(await witness.ask('ping')).toEqual({ type: 'pong' });
    }
    const bad = await WsClient.open(`${server.ws}/websocket/bad-start`);
    expect(await bad.ended).toEqual({ code: 1011, reason: 'internal' });

    const answer = await fetch(`${server.url}/health/live`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      statusCode: 500,
      error: 'Internal Server Error',
      message: 'Internal server error',
    });
    expect(await witness.ask('ping')).toEqual({ type: 'pong' });
    const faults = () => server.log().match(/"level":"error".*"stack":"Error: thrown on purpose\\n {4}at .*/g);
    // Each handler's, that of the start, and that over HTTP. What is logged comes another way than the answers.
    await expect.poll(faults).toHaveLength(Object.keys(FRAMES).length + 2);
  });
});
