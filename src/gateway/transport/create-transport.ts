import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Transport, TransportOptions } from './transport.js';
import { WsTransport } from './ws/ws-transport.js';

/** The uWebSockets.js binaries this release was tested with, by file name (sha256). */
const TESTED_BINARIES: Readonly<Record<string, string>> = {
  'uws_linux_x64_115.node': 'f4fa5d7b697529b45ac8aa3d57385d9af51bc1d2b26aa9f5b68ca4361542e665',
};

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
  try {
    const { UwsTransport } = await import('./uws/uws-transport.js');
    log.info(await aboutBinary());
    return new UwsTransport(options);
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    if (choice === 'uws') throw new Error(`MINIM_TRANSPORT=uws, but uWebSockets.js does not load here: ${reason}`);
    log.warn(
      `uWebSockets.js does not load here, so the ws package carries the sockets (slower, else the same): ${reason}`,
    );
    return new WsTransport(options);
  }
}

async function aboutBinary(): Promise<string> {
  const file = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  const folder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));
  const sha256 = createHash('sha256')
    .update(await readFile(join(folder, file)))
    .digest('hex');
  if (TESTED_BINARIES[file] === sha256) return `uWebSockets.js: ${file} is the binary this release was tested with`;
  return `uWebSockets.js: ${file} is not a binary this release was tested with (sha256 ${sha256})`;
}
