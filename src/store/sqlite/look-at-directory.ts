import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { checkDatabase, DATABASE_FILE, DirectoryInUse, LOCK_FILE, lockDirectory, textOf } from './data-directory.js';

/** What can be seen of a data directory without changing it. */
export interface DirectoryLook {
  readonly isInUse: boolean;
  /** The process that has it, where the system tells. */
  readonly holder?: number | undefined;
  /** Why a start would refuse it, other than that it is in use. */
  readonly problem?: string | undefined;
  /** When the newest message was sent, where it can be read; ms since 1970. */
  readonly newestSentAt?: number | undefined;
}

/**
 * Looks at a data directory that is there, whether or not a node uses it. Nothing in it is other afterwards: no file
 * of ours stays, which the user who runs the node might not be allowed to write.
 */
export function lookAtDirectory(directory: string): DirectoryLook {
  const databaseFile = join(directory, DATABASE_FILE);
  const lockFile = join(directory, LOCK_FILE);
  let lock: SQLite.Database | undefined;
  try {
    // Without the file nobody has it, and taking it would make one.
    if (existsSync(lockFile)) lock = lockDirectory(directory);
    checkDatabase(databaseFile);
    return { isInUse: false, newestSentAt: newestSentAt(databaseFile, false) };
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) return { isInUse: false, problem: textOf(error) };
    return { isInUse: true, holder: holderOf(lockFile), newestSentAt: newestSentAt(databaseFile, true) };
  } finally {
    lock?.close();
  }
}

function newestSentAt(file: string, isInUse: boolean): number | undefined {
  if (!existsSync(file)) return undefined;
  const logFile = `${file}-wal`;
  const hasLog = isInUse || (existsSync(logFile) && statSync(logFile).size > 0);
  // A reader that finds no log leaves an empty one behind; only a writer removes it. With a log it is the other way
  // round: a writer would carry it over into the file.
  if (!hasLog && !isOwner(statSync(file))) return undefined;
  try {
    const database = new SQLite(file, { readonly: hasLog, timeout: 0 });
    try {
      database.pragma('query_only = ON');
      const sql = 'SELECT sent_at FROM log ORDER BY pos DESC LIMIT 1';
      return database.prepare<[], number>(sql).pluck().get();
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

/** Whether files that SQLite makes beside this one belong to the same user: root's are given to him. */
function isOwner({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own === undefined || own === 0 || own === uid;
}

/** From Linux's list of locks: `1: POSIX ADVISORY WRITE <process> <device>:<inode> <from> <to>`. */
function holderOf(file: string): number | undefined {
  try {
    const { dev, ino } = statSync(file);
    const hex = (part: number) => part.toString(16).padStart(2, '0');
    const place = ` ${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}:${ino} `;
    const line = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .find((each) => each.includes(place) && each.includes(' WRITE '));
    const holder = Number(/ WRITE +(\d+) /.exec(line ?? '')?.[1]);
    return holder > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}
