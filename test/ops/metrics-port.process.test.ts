import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../support/client-ports.js';
import { startAndFail, startServerForTest } from '../support/server.js';
import { TOKEN_MODE } from '../support/tokens.js';

/** A port that nobody else can have, and the way to let it go. */
async function takenPort(): Promise<{ port: number; release(): Promise<unknown> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const release = () => new Promise((resolve) => server.close(resolve));
  return { port: typeof bound === 'object' ? (bound?.port ?? 0) : 0, release };
}

it('metrics with a port of their own are there for all who reach it, and on the one port for nobody', async () => {
  const port = await freePort();
  const { url, stop } = await startServerForTest({ env: { ...TOKEN_MODE, MINIM_METRICS_PORT: String(port) } });
  const own = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([own.status, await own.text()]).toEqual([200, expect.stringContaining('minim_store_up 1\n')]);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
  expect(await stop()).toBe(0);
});

it('a port for metrics that another program has ends the start with one clear message', async () => {
  const { port, release } = await takenPort();
  const { code, log } = await startAndFail({ MINIM_METRICS_PORT: String(port), LOG_LEVEL: 'error' });
  expect([code, log]).toEqual([1, expect.stringMatching(/^minim: MINIM_METRICS_PORT: .*EADDRINUSE.*\n$/)]);
  await release();
});
