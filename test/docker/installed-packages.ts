import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './dockerfile.js';

const INSTALLED = join(REPOSITORY, 'node_modules');
/** What npm writes anew in place, so that a link to it would change ours. */
const HIDDEN_LOCK = 'node_modules/.package-lock.json';

/**
 * A command that leaves what `npm ci` would: it has npm compare package.json with the lock, as `npm ci` does, and then
 * links the packages that the lock names from this work tree, which an `npm ci` of the same lock put there, instead of
 * compiling better-sqlite3 once more. Where this work tree has others, `npm ci` itself.
 */
export function withInstalledPackages(command: string): string {
  if (!isInstalledAsLocked()) return command;
  const linked = [
    'npm ci --dry-run --offline',
    `cp ${process.platform === 'linux' ? '-al' : '-a'} "${INSTALLED}" node_modules`,
    `rm ${HIDDEN_LOCK} && cp "${join(REPOSITORY, HIDDEN_LOCK)}" ${HIDDEN_LOCK}`,
    'npm prune --ignore-scripts',
  ];
  return command.replace(/^npm ci(?= |$)/, linked.join(' && '));
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
}

/** Optional packages are those of other platforms. */
function isInstalledAsLocked(): boolean {
  const installed = packagesOf(HIDDEN_LOCK);
  return Object.entries(packagesOf('package-lock.json')).every(([path, { version, integrity, optional }]) => {
    const own = installed[path];
    if (path === '' || (own === undefined && optional)) return true;
    return own?.version === version && own?.integrity === integrity;
  });
}

function packagesOf(lock: string): Readonly<Record<string, Locked>> {
  return JSON.parse(readFileSync(join(REPOSITORY, lock), 'utf8')).packages;
}
