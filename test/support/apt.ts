import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps what only administrators have in their path. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];
const INSTALL_WITHIN_MS = 240_000;
/** Another file may be installing at the same time. */
const WAITING = ['-o', 'DPkg::Lock::Timeout=60'];

let listsAreFresh = false;

/**
 * The path of a program that a test needs, installed from `aptPackage` where that is possible. Where it is not, throws
 * under CI; elsewhere says in one line what is missing and returns `undefined`, for the suite to be skipped.
 */
export function need(binary: string, aptPackage: string): string | undefined {
  return present(binary, aptPackage, () => find(binary));
}

/** As `need`, of a file that is no program. */
export function needFile(path: string, aptPackage: string): string | undefined {
  return present(path, aptPackage, () => (existsSync(path) ? path : undefined));
}

function present(what: string, aptPackage: string, look: () => string | undefined): string | undefined {
  const path = look() ?? (install(aptPackage) ? look() : undefined);
  if (path !== undefined) return path;
  const line = `${what} is missing and cannot be installed here; on Debian: apt-get install ${aptPackage}`;
  if (process.env.CI) throw new Error(line);
  process.stderr.write(`skipped: ${line}\n`);
  return undefined;
}

function find(binary: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(aptPackage: string): boolean {
  const aptGet = find('apt-get');
  if (process.getuid?.() !== 0 || aptGet === undefined || startsServices()) return false;
  if (!listsAreFresh) listsAreFresh = run(aptGet, 'update');
  return run(aptGet, 'install', '--yes', '--no-install-recommends', aptPackage);
}

/** Under systemd, installing a server starts it: nothing that a test may do to somebody's machine. */
function startsServices(): boolean {
  return existsSync('/run/systemd/system');
}

/** Quietly, unless it fails. */
function run(aptGet: string, ...words: string[]): boolean {
  const { status, stderr } = spawnSync(aptGet, ['-q', ...WAITING, ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: INSTALL_WITHIN_MS,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) process.stderr.write(`apt-get ${words.join(' ')}: ${stderr}\n`);
  return status === 0;
}
