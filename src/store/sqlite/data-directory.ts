import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';
import { loggedPages } from './log-file.js';
import { APPLICATION_ID, MIGRATIONS } from './migrations.js';

/** The data directory cannot be used. The message says why, for whoever starts the program. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/** Another process has the data directory. */
export class DirectoryInUse extends StoreUnusable {}

/** A data directory that this process, and no other, uses until `release`. */
export interface DataDirectory {
  readonly databaseFile: string;
  readonly epochFile: string;
  release(): void;
}

export const LOCK_FILE = 'minim.lock';
export const DATABASE_FILE = 'minim.db';
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const DEFAULT_PAGE_BYTES = 4096;

/**
 * Takes a data directory, making it if it is not there. Throws `StoreUnusable` when another process has it, and when
 * its database is not ours to open: cut off, garbage, or of a newer program. The database is then left as it is.
 */
export function takeDataDirectory(directory: string): DataDirectory {
  try {
    makeDirectory(resolve(directory));
  } catch (error) {
    throw new StoreUnusable(
      `the data directory ${directory} cannot be made: ${textOf(error)}; set MINIM_DATA_DIR to one that can`,
    );
  }
  const lock = lockDirectory(directory);
  try {
    const databaseFile = join(directory, DATABASE_FILE);
    checkDatabase(databaseFile);
    return { databaseFile, epochFile: join(directory, 'minim.epoch'), release: () => lock.close() };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Step by step: Node's own `recursive` never returns where the system refuses with ENOENT, as `/proc` does. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) {
    if (!statSync(directory).isDirectory()) throw new Error('it is a file');
    return;
  }
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}

/** Makes the names of new files in the directory as durable as the files. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** An exclusive lock that the operating system lets go of when the process ends, however it ends. */
export function lockDirectory(directory: string): Database {
  const file = join(directory, LOCK_FILE);
  let lock: Database | undefined;
  try {
    lock = new SQLite(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new DirectoryInUse(
        `the data directory ${directory} is in use by another process: stop that one, or set MINIM_DATA_DIR to another directory`,
      );
    }
    throw new StoreUnusable(`the data directory ${directory} cannot be locked: ${textOf(error)}`);
  }
}

/** Throws `StoreUnusable` when the file, if it is there, is not ours to open. */
export function checkDatabase(file: string): void {
  if (!existsSync(file)) return;
  const { size } = statSync(file);
  const logFile = `${file}-wal`;
  const log = existsSync(logFile) && statSync(logFile).size > 0 ? logFile : undefined;
  // A first start that was cut off leaves an empty file, with or without its log.
  if (size === 0) return checkLength(file, { size, pages: 0, pageBytes: DEFAULT_PAGE_BYTES }, log);
  const header = readHeader(file);
  if (size < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new StoreUnusable(`${file} is not a database; it is left as it is`);
  }
  const applicationId = header.readUInt32BE(68);
  if (applicationId !== APPLICATION_ID && !(applicationId === 0 && log !== undefined)) {
    throw new StoreUnusable(`${file} is another program's database; it is left as it is`);
  }
  const version = header.readUInt32BE(60);
  if (version > MIGRATIONS.length) throw newerFile(file, version);
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  checkLength(file, { size, pages: header.readUInt32BE(28), pageBytes }, log);
}

interface Length {
  readonly size: number;
  /** As many as the file says that it has. */
  readonly pages: number;
  readonly pageBytes: number;
}

/** What is not in the file must be in the log beside it: a checkpoint that was cut off leaves the file too short. */
function checkLength(file: string, { size, pages, pageBytes }: Length, log: string | undefined): void {
  if (size > 0 && size >= pages * pageBytes) return;
  const logged = log === undefined ? undefined : loggedPages(log);
  const expected = Math.max(pages, logged?.databasePages ?? 0);
  for (let page = Math.floor(size / pageBytes) + 1; page <= expected; page += 1) {
    if (logged?.pages.has(page)) continue;
    throw new StoreUnusable(`${file} is cut off: ${size} bytes of ${expected * pageBytes}; it is left as it is`);
  }
}

export function newerFile(file: string, version: number): StoreUnusable {
  return new StoreUnusable(
    `${file} has version ${version}, and this program knows ${MIGRATIONS.length}: it was used by a newer Minim; it is left as it is`,
  );
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const handle = openSync(file, 'r');
  readSync(handle, header, 0, HEADER_BYTES, 0);
  closeSync(handle);
  return header;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
