import { once } from 'node:events';
import { createServer } from 'node:net';
import { tryUwsBinary } from '../../gateway/transport/create-transport.js';
import { LISTEN_ADVICE } from '../../ops/listen-advice.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { Subject } from './subject.js';

export async function checkTransport({ config: { transport } }: Subject): Promise<Finding> {
  if (transport === 'ws') return ok('ws, as MINIM_TRANSPORT says');
  const binary = await tryUwsBinary();
  if (typeof binary === 'string') {
    return transport === 'uws'
      ? fail(
          `uWebSockets.js does not load here: ${binary}`,
          'set MINIM_TRANSPORT=auto to go on with ws, or see docs/deployment.md',
        )
      : warn(
          `ws takes over, slower and else the same: uWebSockets.js does not load here: ${binary}`,
          'take a Node and a C library that it has a binary for, as docs/deployment.md says, or set MINIM_TRANSPORT=ws',
        );
  }
  const { isTested, file, sha256 } = binary;
  if (isTested) return ok(`uWebSockets.js, ${file}, the binary this release was tested with`);
  return warn(
    `uWebSockets.js, ${file} (sha256 ${sha256}), is not a binary this release was tested with`,
    'make sure that it is one you wanted, or take the Node version of docker/Dockerfile',
  );
}

export function checkPort({ config: { host, port }, isNodeHere }: Subject): Finding | Promise<Finding> {
  return isNodeHere ? ok(`a node answers on ${host} port ${port}`) : tryToListen(host, port);
}

export function checkMetricsPort({ config, isNodeHere }: Subject): Finding | Promise<Finding> {
  const { metricsAddress, metricsPort, port } = config;
  if (metricsPort === 0) return ok('none of their own: they are on the one port');
  if (metricsPort === port) return fail(`${port} is PORT, too`, 'set MINIM_METRICS_PORT to another');
  return isNodeHere ? ok(`left to the node that answers on port ${port}`) : tryToListen(metricsAddress, metricsPort);
}

async function tryToListen(host: string, port: number): Promise<Finding> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return ok(port === 0 ? `a free one on ${host} is taken at the start` : `${port} on ${host} is free`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return fail(error instanceof Error ? error.message : String(error), LISTEN_ADVICE.get(code) ?? 'set another');
  } finally {
    server.close();
  }
}
