import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './dockerfile.js';

/** What of `path` and the folders above it the lines of .dockerignore say; the last line that matches counts. */
export function isInContext(path: string, ignoreFile: string = readIgnoreFile()): boolean {
  const segments = path.split('/');
  const prefixes = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  let included = true;
  for (const line of ignoreFile.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const readmits = line.startsWith('!');
    const pattern = toPattern(readmits ? line.slice(1) : line);
    if (prefixes.some((prefix) => pattern.test(prefix))) included = readmits;
  }
  return included;
}

/** Copies what a build would be sent of this work tree, files not committed yet too. */
export async function copyContext(folder: string): Promise<void> {
  const options = { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  const deleted = new Set(execFileSync('git', ['ls-files', '-z', '--deleted'], options).split('\0'));
  const ignoreFile = readIgnoreFile();
  const paths = list.split('\0').filter((path) => path !== '' && !deleted.has(path) && isInContext(path, ignoreFile));
  for (const path of new Set(paths)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await cp(join(REPOSITORY, path), join(folder, path));
  }
}

function readIgnoreFile(): string {
  return readFileSync(join(REPOSITORY, '.dockerignore'), 'utf8');
}

/** `*` and `?` stay within a folder, `**` does not. */
function toPattern(glob: string): RegExp {
  const source = glob.replace(/\/$/, '').replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
