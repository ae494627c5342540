import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { Epoch } from './message-names.js';

/** What the file beside the database says: how far the database had come when it was written. */
interface EpochFile {
  readonly name: string;
  readonly opened: number;
  readonly pos: number;
}

/**
 * Tells an older copy of the database, put in place of the newer one, by a small file beside it that is not part of a
 * backup: it counts openings and notes places in the log. When it is missing, or ahead of the database, a new epoch
 * begins. A copy of the whole directory is therefore not told; remove the file after restoring one.
 */
export function beginEpoch(database: Database, file: string): readonly Epoch[] {
  const before = readEpochFile(file);
  const now = progressOf(database);
  const isOlderCopy =
    before === undefined || before.name !== now.name || before.opened > now.opened || before.pos > now.pos;
  database.transaction(() => {
    if (isOlderCopy) {
      const add = database.prepare<[number, string]>('INSERT OR REPLACE INTO epoch VALUES (?, ?)');
      add.run(now.pos + 1, randomBytes(5).toString('hex'));
    }
    database.exec(`UPDATE state SET value = value + 1 WHERE name = 'opened'`);
  })();
  noteProgress(database, file);
  return database.prepare<[], Epoch>('SELECT first_pos AS firstPos, name FROM epoch ORDER BY first_pos').all();
}

/** Counts an orderly end, so that a copy made while the program ran is older than what it left behind. */
export function endEpoch(database: Database, file: string): void {
  database.exec(`UPDATE state SET value = value + 1 WHERE name = 'opened'`);
  noteProgress(database, file);
}

/** Writes how far the database has come, which by then is on stable storage. */
export function noteProgress(database: Database, file: string): void {
  const draft = `${file}.new`;
  // Without the flush a power cut can leave the new name with nothing in it, and a new epoch would begin.
  writeFileSync(draft, JSON.stringify(progressOf(database)), { flush: true });
  renameSync(draft, file);
}

function progressOf(database: Database): EpochFile {
  const value = (sql: string) => database.prepare<[], number>(sql).pluck().get() ?? 0;
  const name =
    database.prepare<[], string>('SELECT name FROM epoch ORDER BY first_pos DESC LIMIT 1').pluck().get() ?? '';
  const opened = value(`SELECT value FROM state WHERE name = 'opened'`);
  const removed = value(`SELECT value FROM state WHERE name = 'removed_to'`);
  return { name, opened, pos: Math.max(removed, value('SELECT pos FROM log ORDER BY pos DESC LIMIT 1')) };
}

function readEpochFile(file: string): EpochFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EpochFile;
  } catch {
    return undefined;
  }
}
