import { fileURLToPath } from 'node:url';
import { openSessions } from '../load/session.mjs';
import { residentBytes, startServer } from './server.mjs';

export const IDLE_SESSIONS = 10_000;
const DIALS_AT_ONCE = 100;
const SETTLE_MS = 1_500;
const COLLECTOR = fileURLToPath(new URL('collect-on-signal.mjs', import.meta.url));

/**
 * Bytes of resident memory that one idle session costs a peer. The server collects its garbage before each look, so
 * that what the handshakes left behind is not taken for what sessions need.
 */
export async function idleBytesPerSession(peer) {
  const server = await startServer(peer, whichCollects());
  try {
    // A few sessions first: what the first one costs a server is not what a session costs.
    const early = await openSessions(100, DIALS_AT_ONCE, (at) => ({
      port: server.port,
      path: `/websocket/early${at}`,
    }));
    const before = await collectedBytes(server);
    const path = (at) => ({ port: server.port, path: `/websocket/user${at}` });
    const sessions = await openSessions(IDLE_SESSIONS, DIALS_AT_ONCE, path);
    const after = await collectedBytes(server);
    for (const session of [...early, ...sessions]) session.close();
    return (after - before) / IDLE_SESSIONS;
  } finally {
    await server.stop();
  }
}

/** How a server is to be started for `collectedBytes`. */
export function whichCollects() {
  return { nodeFlags: ['--expose-gc', '--import', COLLECTOR] };
}

/** Resident memory of a server without its garbage. */
export async function collectedBytes(server) {
  for (let time = 0; time < 2; time += 1) {
    server.signal('SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  return residentBytes(server.pid);
}
