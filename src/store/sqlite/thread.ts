import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { textOf } from './data-directory.js';

/** Runs this thread, if it is one. The driver's own errors would lose their message on the way to the other thread. */
export function asThread<Options>(run: (port: MessagePort, options: Options) => void): void {
  if (parentPort === null) return;
  try {
    run(parentPort, workerData);
  } catch (error) {
    throw new Error(textOf(error));
  }
}
