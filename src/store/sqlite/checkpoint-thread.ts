import type { MessagePort } from 'node:worker_threads';
import { CHECKPOINT_PAGES, openCheckpointer } from './database.js';
import { asThread } from './thread.js';

export interface CheckpointThreadOptions {
  readonly databaseFile: string;
}

/** The write-ahead log is long enough, and as good as carried over: the writer is to finish that and begin it anew. */
export type FromCheckpointer = 'nearly done';

const EVERY_MS = 250;
/** A pass that took no longer has left next to nothing for the writer. */
const SHORT_MS = 10;
const MOST_PASSES = 4;

/**
 * Carries the write-ahead log over into the file. It is a thread of its own because the writer would stand still for it,
 * for as long as the file takes to be on stable storage.
 */
function run(port: MessagePort, { databaseFile }: CheckpointThreadOptions): void {
  const database = openCheckpointer(databaseFile);
  const pass = database.prepare<[], [number, number, number]>('PRAGMA wal_checkpoint(PASSIVE)').raw();

  const carryOver = () => {
    for (let done = 0; done < MOST_PASSES; done += 1) {
      const start = performance.now();
      const [, pages = 0] = pass.get() ?? [];
      if (pages < CHECKPOINT_PAGES) return;
      if (performance.now() - start <= SHORT_MS) break;
    }
    port.postMessage('nearly done' satisfies FromCheckpointer);
  };

  const timer = setInterval(() => {
    try {
      carryOver();
    } catch {
      // What could not be carried over is still in the write-ahead log, for the next time.
    }
  }, EVERY_MS);

  port.once('message', () => {
    clearInterval(timer);
    database.close();
    port.close();
  });
}

asThread(run);
