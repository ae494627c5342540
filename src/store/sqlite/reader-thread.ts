import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import { textOf } from './data-directory.js';
import { openReader } from './database.js';
import { type Epoch, MessageNames } from './message-names.js';
import { SqliteReads } from './sqlite-reads.js';
import { asThread } from './thread.js';

export interface ReaderThreadOptions {
  readonly databaseFile: string;
  readonly epochs: readonly Epoch[];
}

export type ReadName = keyof StoreRead;

export type ToReader = { readonly name: ReadName; readonly query: unknown } | { readonly name: 'close' };

/** Answers to the oldest reads not yet answered. */
export type FromReader = readonly ({ readonly value: unknown } | { readonly failure: string })[];

/** How often the log is read on while nobody asks, so that whoever asks next does not wait for all of it. */
const FOLLOW_EVERY_MS = 200;

function run(port: MessagePort, { databaseFile, epochs }: ReaderThreadOptions): void {
  const database = openReader(databaseFile);
  const reads = new SqliteReads(database, new MessageNames(epochs));

  const answer = (request: ToReader) => {
    if (request.name === 'close') return { value: undefined };
    try {
      const read = reads[request.name].bind(reads) as (query: unknown) => unknown;
      return { value: read(request.query) };
    } catch (error) {
      return { failure: textOf(error) };
    }
  };

  /** All that waits is read in one transaction, so that it is all of one moment. */
  const turn = (first: ToReader) => {
    const requests = [first];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      requests.push(next.message as ToReader);
    }
    try {
      const answers = database.transaction(() => {
        reads.follow();
        return requests.map(answer);
      })();
      port.postMessage(answers satisfies FromReader);
    } catch (error) {
      port.postMessage(requests.map(() => ({ failure: textOf(error) })) satisfies FromReader);
    }
    if (requests.some(({ name }) => name === 'close')) {
      clearInterval(following);
      database.close();
      port.close();
    }
  };

  const follow = database.transaction(() => reads.follow());
  const following = setInterval(() => {
    try {
      follow();
    } catch {
      // Whoever asks next is told.
    }
  }, FOLLOW_EVERY_MS);

  port.on('message', turn);
}

asThread(run);
