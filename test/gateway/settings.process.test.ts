import { afterAll, describe, expect, it } from 'vitest';
import { type RunningServer, startAndFail, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

/** One node for each transport, with room for two sessions. */
const nodes = new Map<string, Promise<RunningServer>>();
function nodeOn(transport: string): Promise<RunningServer> {
  const node = nodes.get(transport) ?? startServer({ env: { MINIM_MAX_SESSIONS: '2', MINIM_TRANSPORT: transport } });
  nodes.set(transport, node);
  return node;
}
afterAll(async () => {
  for (const node of nodes.values()) await (await node).stop();
});

describe('a start with settings that cannot be', () => {
  it.each([
    [{ MINIM_TRANSPROT: 'ws' }, 'minim: MINIM_TRANSPROT is no setting; did you mean MINIM_TRANSPORT?'],
    [{ PORT: 'eighty' }, 'minim: PORT must be an integer from 0 to 65535, got "eighty"'],
    [{ HOST: 'localhost' }, 'minim: HOST must be an IP address'],
    [
      { LOG_LEVEL: 'loud' },
      'minim: LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, got "loud"',
    ],
    [{ MINIM_IDLE_TIMEOUT_S: '0' }, 'minim: MINIM_IDLE_TIMEOUT_S must be an integer from 4 to 900, got "0"'],
  ])('%j: ends with one clear line and code 1', async (env, line) => {
    const { code, log } = await startAndFail(env);
    expect(code).toBe(1);
    expect(log.startsWith(line)).toBe(true);
    expect(log.trim().split('\n')).toHaveLength(1);
  });

  it.each(['uws', 'ws'])('a port that another program has (%s): says so, with code 1', async (transport) => {
    const { port } = await nodeOn('auto');
    const { code, log } = await startAndFail({ PORT: String(port), MINIM_TRANSPORT: transport, LOG_LEVEL: 'warn' });
    expect(code).toBe(1);
    expect(log).toMatch(new RegExp(`^minim: .*${port}.*; another program has this port: set PORT to a free one\\n$`));
  });

  it('an address that this machine does not have: says so, with code 1', async () => {
    const failing = ['uws', 'ws'].map((transport) =>
      startAndFail({ HOST: '192.0.2.1', MINIM_TRANSPORT: transport, LOG_LEVEL: 'warn' }),
    );
    for (const { code, log } of await Promise.all(failing)) {
      expect(code).toBe(1);
      expect(log.trim().split('\n')).toHaveLength(1);
      expect(log).toMatch(
        /^minim: .*192\.0\.2\.1.*; this machine does not have this address: set HOST to one that it has/,
      );
    }
  });
});

describe('a start', () => {
  it('says where to go next', async () => {
    const { log, port } = await nodeOn('auto');
    expect(log()).toContain(`http://127.0.0.1:${port}/`);
    expect(log()).toContain(`ws://127.0.0.1:${port}/websocket/A`);
  });

  it('tells that the uWebSockets.js binary is the tested one, or that it is another', async () => {
    const { log } = await nodeOn('uws');
    expect(log()).toMatch(/uWebSockets\.js: \S+\.node is (the binary|not a binary) this release was tested with/);
  });

  it.each(['auto', 'uws', 'ws'])('carries sockets with MINIM_TRANSPORT=%s', async (transport) => {
    const { ws } = await nodeOn(transport);
    const client = await WsClient.open(`${ws}/websocket/A`);
    client.send('ping');
    expect(await client.nextText()).toBe('{"type":"pong"}');
  });

  it('[MP-1.10] refuses the session beyond MINIM_MAX_SESSIONS with 503, and takes one when another has gone', async () => {
    for (const transport of ['uws', 'ws']) {
      const { ws } = await nodeOn(transport);
      const first = await WsClient.open(`${ws}/websocket/A`);
      const second = await WsClient.open(`${ws}/websocket/B`);
      const { status, headers, body } = await WsClient.refusal(`${ws}/websocket/C`);
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('5');
      expect(body).toMatchObject({ statusCode: 503, message: 'this node is full, with 2 sessions; try again' });
      await first.leave();
      await WsClient.open(`${ws}/websocket/C`);
      expect(await second.ask('ping')).toEqual({ type: 'pong' });
    }
  });
});
