import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';

type SqliteModule = { openSqliteStore: typeof openSqliteStore };

/**
 * The SQLite adapter as compiled now, in a folder of its own: its threads start from files that Node can run. The folder
 * lies within the project, so that the driver is found.
 */
export async function compileSqliteStore(): Promise<{ open: typeof openSqliteStore; file: string; remove(): void }> {
  const parent = resolve('node_modules/.cache/minim-tests');
  mkdirSync(parent, { recursive: true });
  const outdir = mkdtempSync(join(parent, 'sqlite-'));
  await build({
    entryPoints: ['sqlite-store', 'writer-thread', 'reader-thread', 'checkpoint-thread'].map(
      (name) => `src/store/sqlite/${name}.ts`,
    ),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  const file = join(outdir, 'sqlite-store.js');
  const { openSqliteStore: open } = (await import(pathToFileURL(file).href)) as SqliteModule;
  return { open, file, remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

/** A directory for one test. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'minim-store-'));
}
