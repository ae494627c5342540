import { readFileSync } from 'node:fs';

/** Where the system does not tell its limit, this many sessions are taken for safe. */
const UNKNOWN_LIMIT = 10_000;
/** Files that are not sessions: the program's own, HTTP connections, and connections about to be refused. */
const LEAST_RESERVE = 100;
const RESERVED_SHARE = 0.05;
/** The program's own: forty with the store on disk, and what it asks of other servers. */
const LEAST_OWN_FILES = 64;

/**
 * How many sessions the open-file limit has room for: beyond it a handshake still gets an answer. Node has raised its
 * soft limit to the hard one by now.
 */
export function sessionsWithinOpenFileLimit(limit: number = readOpenFileLimit() ?? UNKNOWN_LIMIT): number {
  return Math.max(1, limit - reserveOf(limit));
}

/**
 * How many connections of any kind it has room for. At the limit itself accepting fails again and again and
 * uWebSockets.js spins, and nothing else can be opened either, so a node stays below it whoever connects.
 */
export function connectionsWithinOpenFileLimit(): number {
  const limit = readOpenFileLimit();
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, limit - Math.max(LEAST_OWN_FILES, Math.floor(reserveOf(limit) / 2)));
}

function reserveOf(limit: number): number {
  return Math.max(LEAST_RESERVE, Math.ceil(limit * RESERVED_SHARE));
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
