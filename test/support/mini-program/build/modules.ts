import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/**
 * The code of a file of the mini-program as the developer tools make it: each file by itself, types only taken away.
 * `path` has no ending; null when there is neither `.ts` nor `.js`.
 */
export function compiledModule(root: string, path: string): string | null {
  const typed = join(root, `${path}.ts`);
  if (existsSync(typed))
    return transformSync(readFileSync(typed, 'utf8'), { loader: 'ts', format: 'cjs', target: 'es2017' }).code;
  const plain = join(root, `${path}.js`);
  return existsSync(plain) ? readFileSync(plain, 'utf8') : null;
}

/** The paths that `code` requires, as they stand there. */
export function requiredModules(code: string): string[] {
  return [...code.matchAll(/\brequire\(\s*(['"])([^'"]+)\1\s*\)/g)].map(([, , path = '']) => path);
}
