import { describe, expect, it } from 'vitest';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { startAndFail, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

/** Node runs this before the program. */
function before(script: string): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** As on a system whose C library is too old for the binary. */
const NO_BINARY = before(`
  const load = process.dlopen;
  process.dlopen = (module, file, ...rest) => {
    if (file.includes('uws_')) throw new Error("version 'GLIBC_2.38' not found");
    return load.call(process, module, file, ...rest);
  };
`);

/** As if the package had been updated. */
const OTHER_BINARY = before(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const read = fs.promises.readFile;
  fs.promises.readFile = async (path, ...rest) =>
    String(path).endsWith('.node') ? Buffer.from('another binary') : read(path, ...rest);
  syncBuiltinESMExports();
`);

async function start(env: Readonly<Record<string, string>>) {
  const server = await startServer({ env });
  atEnd(async () => void (await server.stop()));
  return server;
}

/** The warnings, but for the one that every node of the tests has: that it believes everyone. */
function warningsIn(log: string): string[] {
  return log.split('\n').filter((line) => line.includes('"level":"warn"') && !line.includes('MINIM_AUTH=open'));
}

describe('where the uWebSockets.js binary does not load', () => {
  itMeanwhile('MINIM_TRANSPORT=auto takes ws, says so in one line, and carries sockets and HTTP', async () => {
    const { ws, url, log } = await start({ ...NO_BINARY, MINIM_TRANSPORT: 'auto' });
    const client = await WsClient.open(`${ws}/websocket/A`);
    expect(await client.ask('ping')).toEqual({ type: 'pong' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const warnings = warningsIn(log());
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('the ws package carries the sockets');
    expect(warnings[0]).toContain('GLIBC_2.38');
  });

  it('MINIM_TRANSPORT=uws ends the start with one clear line and code 1', async () => {
    const { code, log } = await startAndFail({ ...NO_BINARY, MINIM_TRANSPORT: 'uws' });
    expect(code).toBe(1);
    expect(log).toMatch(/^minim: MINIM_TRANSPORT=uws, but uWebSockets\.js does not load here: .*GLIBC_2\.38.*\n$/);
  });

  itMeanwhile('MINIM_TRANSPORT=ws does not try it', async () => {
    const { log } = await start({ ...NO_BINARY, MINIM_TRANSPORT: 'ws' });
    expect(warningsIn(log())).toEqual([]);
    expect(log()).not.toContain('uWebSockets');
  });
});

describe('where the uWebSockets.js binary is another than the tested one', () => {
  it('says so with its sha256, and carries sockets', async () => {
    const { ws, log } = await start({ ...OTHER_BINARY, MINIM_TRANSPORT: 'uws' });
    expect(log()).toMatch(/\.node is not a binary this release was tested with \(sha256 [0-9a-f]{64}\)/);
    const client = await WsClient.open(`${ws}/websocket/A`);
    expect(await client.ask('ping')).toEqual({ type: 'pong' });
  });
});
