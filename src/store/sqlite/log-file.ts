import { closeSync, openSync, readSync } from 'node:fs';

/** What SQLite's write-ahead log beside a database has, as far as it was committed. */
export interface LoggedPages {
  readonly pages: ReadonlySet<number>;
  /** Pages that the database has after the last commit; 0 when there is none. */
  readonly databasePages: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Reads the headers of the frames: https://www.sqlite.org/fileformat2.html#the_write_ahead_log. */
export function loggedPages(file: string): LoggedPages {
  const pages = new Set<number>();
  let uncommitted: number[] = [];
  let databasePages = 0;
  const handle = openSync(file, 'r');
  try {
    const header = readAt(handle, 0, HEADER_BYTES);
    const pageBytes = header.length < HEADER_BYTES ? 0 : header.readUInt32BE(8);
    const salts = header.subarray(16, 24);
    for (let at = HEADER_BYTES; pageBytes > 0; at += FRAME_HEADER_BYTES + pageBytes) {
      const frame = readAt(handle, at, FRAME_HEADER_BYTES);
      // What follows is left from before the log was begun anew.
      if (frame.length < FRAME_HEADER_BYTES || !frame.subarray(8, 16).equals(salts)) break;
      uncommitted.push(frame.readUInt32BE(0));
      const committed = frame.readUInt32BE(4);
      if (committed === 0) continue;
      databasePages = committed;
      for (const page of uncommitted) pages.add(page);
      uncommitted = [];
    }
  } finally {
    closeSync(handle);
  }
  return { pages, databasePages };
}

function readAt(handle: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(handle, buffer, 0, bytes, at));
}
