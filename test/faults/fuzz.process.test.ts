import { describe, expect, it, onTestFinished } from 'vitest';
import { dial } from '../support/dials.js';
import { Fuzzer } from '../support/fuzzer.js';
import { residentBytes } from '../support/process-figures.js';
import { httpRequest } from '../support/raw-socket.js';
import { type RunningServer, startServer } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';

/** The same inputs each time; a seed of your own goes into `FUZZ_SEED`. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const INPUTS = 2_000;
const TOKEN_INPUTS = 750;
const PONG_WITHIN_MS = 3_000;
const MEMORY_MARGIN = 96 * 1024 * 1024;

describe.each(['uws', 'ws'])('a node on the %s transport at which anything is thrown', (transport) => {
  it(`lives, answers as PROTOCOL.md says, and gives its memory back: ${INPUTS} inputs`, {
    timeout: 60_000,
  }, async () => {
    const server = await startServer({ env: { MINIM_TRANSPORT: transport } });
    onTestFinished(async () => void (await server.stop()));
    await new Fuzzer({ server, seed: SEED + 1, inputs: INPUTS / 4 }).run();
    const before = residentBytes(server);
    const fuzzer = new Fuzzer({ server, seed: SEED, inputs: INPUTS });
    await fuzzer.run();
    expect(fuzzer.slowestPongMs).toBeLessThan(PONG_WITHIN_MS);
    await expect.poll(() => residentBytes(server) - before, { timeout: 10_000 }).toBeLessThan(MEMORY_MARGIN);
    await stopHalfWay(server);
    expect(await server.stop()).toBe(0);
    expect(server.log()).not.toMatch(/"level":"(error|fatal)"/);
  });

  it(`does so where it asks for tokens: ${TOKEN_INPUTS} inputs`, { timeout: 60_000 }, async () => {
    const server = await startServer({ env: { MINIM_TRANSPORT: transport, ...TOKEN_MODE } });
    onTestFinished(async () => void (await server.stop()));
    const users = ['w1tness', ...Array.from({ length: 8 }, (_, index) => `fuzz-${index}`)];
    const tokens = new Map<string, string>();
    for (const user of users) tokens.set(user, await tokenOf(user, { roles: user < 'fuzz-4' ? ['broadcast'] : [] }));
    const target = (user: string) => `${user}?token=${tokens.get(user)}`;
    const fuzzer = new Fuzzer({ server, seed: SEED + 2, inputs: TOKEN_INPUTS, target });
    await fuzzer.run();
    expect(fuzzer.slowestPongMs).toBeLessThan(PONG_WITHIN_MS);
    expect(await server.stop()).toBe(0);
  });
});

/** What once failed: bodies that stop half-way are no errors of ours. */
async function stopHalfWay(server: RunningServer): Promise<void> {
  const half = httpRequest('POST', '/nothing', ['Content-Type: application/json', 'Content-Length: 10'], '{"a"');
  for (let i = 0; i < 5; i += 1) {
    const { socket } = await dial(server.port, half, { withinMs: 50 });
    socket.destroy();
  }
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
}
