import type { Transport, TransportOptions } from './transport.js';
import { loadUwsBinary, type UwsBinary } from './uws/uws-binary.js';
import { WsTransport } from './ws/ws-transport.js';

interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * The transport named by `MINIM_TRANSPORT`. `auto` takes uWebSockets.js where its binary loads and `ws` where it does
 * not, and says so in one line. Rejects when `uws` was asked for by name and does not load.
 */
export async function createTransport(
  choice: 'auto' | 'uws' | 'ws',
  options: TransportOptions,
  log: Log,
): Promise<Transport> {
  if (choice === 'ws') return new WsTransport(options);
  const binary = await tryUwsBinary();
  if (typeof binary !== 'string') {
    logBinary(binary, log);
    const { UwsTransport } = await import('./uws/uws-transport.js');
    return new UwsTransport(options);
  }
  if (choice === 'uws') throw new Error(`MINIM_TRANSPORT=uws, but uWebSockets.js does not load here: ${binary}`);
  log.warn(
    `uWebSockets.js does not load here, so the ws package carries the sockets (slower, else the same): ${binary}`,
  );
  return new WsTransport(options);
}

/** The binary, or in one line why there is none: the package says first whom it supports, and below what went wrong. */
export async function tryUwsBinary(): Promise<UwsBinary | string> {
  try {
    return await loadUwsBinary();
  } catch (error) {
    const [support = '', cause = ''] = String(error instanceof Error ? error.message : error).split('\n\n');
    return (cause || support)
      .split('\n', 1)
      .join()
      .replace(/^Error: /, '');
  }
}

function logBinary({ isTested, file, sha256 }: UwsBinary, log: Log): void {
  if (isTested) log.info(`uWebSockets.js: ${file} is the binary this release was tested with`);
  else log.warn(`uWebSockets.js: ${file} is not a binary this release was tested with (sha256 ${sha256})`);
}
