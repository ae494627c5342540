import SQLite, { type Database } from 'better-sqlite3';
import { newerFile, StoreUnusable, textOf } from './data-directory.js';
import { MIGRATIONS, migrate, versionOf } from './migrations.js';

/** Bytes of the file that a connection keeps in memory. */
const WRITER_CACHE_KIB = 128 * 1024;
const READER_CACHE_KIB = 32 * 1024;
/** Pages in the write-ahead log after which it is begun anew, once it is carried over into the file. */
export const CHECKPOINT_PAGES = 4096;
/** Pages after which the writer carries it over by itself, because the checkpointer does not keep up. */
const MOST_LOG_PAGES = 4 * CHECKPOINT_PAGES;

export interface WriterOptions {
  /** The file may not grow beyond this many pages; for tests of a full disk. */
  readonly maxPages?: number;
}

/** The one connection that writes. A commit returns when it is on stable storage. */
export function openWriter(file: string, { maxPages }: WriterOptions = {}): Database {
  let database: Database | undefined;
  try {
    database = new SQLite(file, { timeout: 5000 });
    const version = versionOf(database);
    if (version > MIGRATIONS.length) throw newerFile(file, version);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`wal_autocheckpoint = ${MOST_LOG_PAGES}`);
    database.pragma(`journal_size_limit = ${MOST_LOG_PAGES * 4096}`);
    database.pragma(`cache_size = -${WRITER_CACHE_KIB}`);
    database.pragma('temp_store = MEMORY');
    migrate(database);
    if (maxPages !== undefined) database.pragma(`max_page_count = ${maxPages}`);
    return database;
  } catch (error) {
    // Or an empty log stays beside a file that is to be left as it is.
    database?.close();
    if (error instanceof StoreUnusable) throw error;
    throw new StoreUnusable(`${file} cannot be opened: ${textOf(error)}`);
  }
}

/** A connection that carries the write-ahead log over into the file; neither it nor the writer waits for the other. */
export function openCheckpointer(file: string): Database {
  const database = new SQLite(file, { timeout: 0 });
  database.pragma('synchronous = FULL');
  return database;
}

/** A connection that reads beside the writer; neither waits for the other. */
export function openReader(file: string): Database {
  const database = new SQLite(file, { readonly: true, timeout: 5000 });
  database.pragma(`cache_size = -${READER_CACHE_KIB}`);
  return database;
}

/** Whether an error says that the storage refuses for now (full, failing), rather than that we did something wrong. */
export function isStorageRefusal(error: unknown): error is Error {
  return (
    error instanceof SQLite.SqliteError && /^SQLITE_(FULL|IOERR|BUSY|CANTOPEN|READONLY|PROTOCOL|NOMEM)/.test(error.code)
  );
}
