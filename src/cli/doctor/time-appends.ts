import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const APPENDS = 100;
/** A page, as the store's log has them. */
const APPENDED_BYTES = 4_096;
/** A disk that is slower has told enough by then. */
const ENOUGH_MS = 5_000;

/** How long appending to a file in this directory and syncing it takes; ms. The file is gone afterwards. */
export function timeAppends(directory: string): { readonly count: number; readonly p50: number; readonly p99: number } {
  const file = join(directory, `.minim-doctor-${process.pid}`);
  const handle = openSync(file, 'ax', 0o600);
  const times: number[] = [];
  try {
    const page = Buffer.alloc(APPENDED_BYTES, 'm');
    const until = performance.now() + ENOUGH_MS;
    while (times.length < APPENDS && performance.now() < until) {
      const before = performance.now();
      writeSync(handle, page);
      fsyncSync(handle);
      times.push(performance.now() - before);
    }
  } finally {
    closeSync(handle);
    unlinkSync(file);
  }
  times.sort((one, other) => one - other);
  const quantile = (share: number) => times[Math.ceil(share * times.length) - 1] ?? 0;
  return { count: times.length, p50: quantile(0.5), p99: quantile(0.99) };
}
