import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections, so that no dial of a test takes the port meanwhile. */
const FIRST = 20_000;
const COUNT = 12_000;

/**
 * A free port of 127.0.0.1 for a server that is started on it more than once. (A server that was given any free port
 * leaves connections behind that keep the next one from the same port for a minute.)
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const trial = createServer().listen(port, '127.0.0.1');
    const free = await Promise.race([
      once(trial, 'listening').then(() => true),
      once(trial, 'error').then(() => false),
    ]).catch(() => false);
    trial.close();
    if (free) return port;
  }
}
