import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CheckpointThreadOptions } from './checkpoint-thread.js';

/** This side of the checkpointer's thread. The store works without it, only less evenly. */
export class CheckpointerClient {
  private readonly thread: Worker;
  private readonly ended: Promise<unknown>;

  /** `onNearlyDone`: the writer is to finish a checkpoint, and begin the write-ahead log anew. */
  constructor(options: CheckpointThreadOptions, onNearlyDone: () => void) {
    this.thread = new Worker(new URL('./checkpoint-thread.js', import.meta.url), { workerData: options });
    this.thread.on('message', onNearlyDone);
    this.ended = once(this.thread, 'exit').catch(() => undefined);
  }

  async close(): Promise<void> {
    this.thread.postMessage('close');
    await this.ended;
  }
}
