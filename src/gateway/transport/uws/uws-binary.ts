import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The uWebSockets.js binaries this release was tested with, by file name (sha256). */
const TESTED: Readonly<Record<string, string>> = {
  'uws_linux_x64_115.node': 'f4fa5d7b697529b45ac8aa3d57385d9af51bc1d2b26aa9f5b68ca4361542e665',
};

const require = createRequire(import.meta.url);

/** What there is to say of the binary for this system, once it has loaded. */
export interface UwsBinary {
  readonly isTested: boolean;
  readonly file: string;
  readonly sha256: string;
}

/**
 * Loads the binary for this system and Node version. Rejects where it does not load; an `import` would throw as well,
 * and a second time where nobody can catch it.
 */
export async function loadUwsBinary(): Promise<UwsBinary> {
  require('uWebSockets.js');
  const file = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  const bytes = await readFile(join(dirname(require.resolve('uWebSockets.js')), file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { isTested: TESTED[file] === sha256, file, sha256 };
}
