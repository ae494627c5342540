import { readFileSync } from 'node:fs';

/** Where the system does not tell its limit, this many sessions are taken for safe. */
const UNKNOWN_LIMIT = 10_000;
/** Files that are not sessions: the program's own, HTTP connections, and connections about to be refused. */
const LEAST_RESERVE = 100;
const RESERVED_SHARE = 0.05;

/**
 * How many sessions the open-file limit has room for. At the limit itself the operating system refuses every
 * connection and the event loop spins, so a node stays below it. Node has raised its soft limit to the hard one by now.
 */
export function sessionsWithinOpenFileLimit(limit: number = readOpenFileLimit() ?? UNKNOWN_LIMIT): number {
  const reserve = Math.max(LEAST_RESERVE, Math.ceil(limit * RESERVED_SHARE));
  return Math.max(1, limit - reserve);
}

/** `undefined` where the system does not tell. */
export function readOpenFileLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
