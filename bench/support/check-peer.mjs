import { openSessions } from '../load/session.mjs';
import { startServer } from './server.mjs';

const ANSWER_WITHIN_MS = 5_000;

/** Holds one small conversation with a peer, so that what is measured afterwards is known to be the real thing. */
export async function checkPeer(peer) {
  const server = await startServer(peer);
  try {
    const request = (at) => ({ port: server.port, path: `/websocket/${'AB'[at]}` });
    const [a, b] = await openSessions(2, 1, request);
    a.send('ping');
    await expectOn(a, { type: 'pong' });
    a.send('{"toUserId":"B","message":"hello","ephemeral":true}');
    await expectOn(b, { toUserId: 'B', message: 'hello' });
    a.send('{"message":"good morning"}');
    await expectOn(b, { message: 'good morning' });
    a.close();
    b.close();
  } catch (error) {
    throw new Error(`${peer.name}: ${error.message}`);
  } finally {
    await server.stop();
  }
}

/** Resolves when the next text of the session has these fields. */
function expectOn(session, fields) {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error('no answer came')), ANSWER_WITHIN_MS);
    session.onEnd = (because) => reject(new Error(because));
    session.onText = (text) => {
      clearTimeout(timeout);
      const frame = JSON.parse(text);
      if (Object.entries(fields).every(([name, value]) => frame[name] === value)) resolve();
      else reject(new Error(`expected ${JSON.stringify(fields)}, got ${text}`));
    };
  });
}
