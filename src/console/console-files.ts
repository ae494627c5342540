import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of the web console, as it is sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Of its content (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** The web console of this node: its page and what that loads, or why there is none. */
export type Console =
  | { readonly page: ConsoleFile; readonly files: ReadonlyMap<string, ConsoleFile> }
  | { readonly absent: 'off' | 'not built' };

export const CONSOLE = Symbol('the web console');

/** Where `npm run build` puts it: beside this file when that is built. */
const BUILT = fileURLToPath(new URL('./web/', import.meta.url));
const PAGE = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads it once, whole: a few files of some ten KiB. */
export function openConsole(isOn: boolean, folder: string = BUILT): Console {
  if (!isOn) return { absent: 'off' };
  if (!existsSync(join(folder, PAGE))) return { absent: 'not built' };
  const names = readdirSync(folder).filter((name) => TYPES[extname(name)] !== undefined);
  const files = new Map(names.map((name) => [name, read(join(folder, name))]));
  const page = files.get(PAGE);
  files.delete(PAGE);
  return page === undefined ? { absent: 'not built' } : { page, files };
}

function read(path: string): ConsoleFile {
  const bytes = readFileSync(path);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  return { type: TYPES[extname(path)] ?? '', bytes, etag: `"${digest}"` };
}
