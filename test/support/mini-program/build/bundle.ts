import { join } from 'node:path';
import { buildSync } from 'esbuild';

const WINDOW = join(import.meta.dirname, '../window');

/** What runs a mini-program in a window, as one script that leaves its exports in the global `name`. */
export function windowBundle(entry: string, name: string, alias: Readonly<Record<string, string>> = {}): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(WINDOW, entry)],
    bundle: true,
    format: 'iife',
    globalName: name,
    target: 'es2022',
    charset: 'utf8',
    alias: Object.fromEntries(Object.entries(alias).map(([from, to]) => [from, join(WINDOW, to)])),
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
