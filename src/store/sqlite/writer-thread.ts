import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { openWriter } from './database.js';
import { endEpoch, noteProgress } from './epoch-file.js';
import type { LedgerOptions } from './ledger.js';
import { type Epoch, MessageNames } from './message-names.js';
import { asThread } from './thread.js';
import { type WriteAnswer, type WriteRequest, Writer } from './writer.js';

export interface WriterThreadOptions extends LedgerOptions {
  readonly databaseFile: string;
  readonly epochFile: string;
  readonly epochs: readonly Epoch[];
  readonly maxPages: number | undefined;
}

export type ToWriter = WriteRequest | { readonly kind: 'close' };

/** `answers` to the oldest requests not yet answered; `refusal` as it is now. */
export interface FromWriter {
  readonly answers: readonly WriteAnswer[];
  readonly refusal: string | undefined;
  /** How long it took to have them on stable storage. */
  readonly tookMs: number;
  readonly closed: boolean;
}

/** How often a refusing storage is tried again. */
const PROBE_EVERY_MS = 500;
/** How often the epoch file follows. */
const NOTE_EVERY_MS = 10_000;

function run(port: MessagePort, { databaseFile, epochFile, epochs, maxPages, ...options }: WriterThreadOptions): void {
  const database = openWriter(databaseFile, maxPages === undefined ? {} : { maxPages });
  const writer = new Writer(database, new MessageNames(epochs), options);
  let goingOn = false;
  let probing: NodeJS.Timeout | undefined;
  let closing = false;
  const noting = setInterval(() => quietly(() => noteProgress(database, epochFile)), NOTE_EVERY_MS);

  const tell = (answers: readonly WriteAnswer[], tookMs = 0, closed = false) => {
    const { refusal } = writer;
    if (refusal !== undefined && !closed) probing ??= setTimeout(probe, PROBE_EVERY_MS);
    port.postMessage({ answers, refusal, tookMs, closed } satisfies FromWriter);
  };

  const probe = () => {
    probing = undefined;
    writer.probe();
    tell([]);
  };

  /** Takes what waits, commits it, answers it, and goes on for as long as there is something to do. */
  const turn = (first?: ToWriter) => {
    const requests = drain(port, first);
    const work = requests.filter((request) => request.kind !== 'close');
    closing ||= work.length < requests.length;
    if (work.length > 0 || writer.isIndexing) {
      const startMs = performance.now();
      const answers = writer.commit(work);
      if (answers.length > 0 || writer.refusal !== undefined) tell(answers, performance.now() - startMs);
      writer.finishCheckpoint();
    }
    if (closing) return close();
    if (writer.isIndexing) goOn();
  };

  const goOn = () => {
    if (goingOn) return;
    goingOn = true;
    setImmediate(() => {
      goingOn = false;
      if (!closing) turn();
    });
  };

  const close = () => {
    clearInterval(noting);
    clearTimeout(probing);
    quietly(() => endEpoch(database, epochFile));
    quietly(() => database.close());
    tell([], 0, true);
    port.close();
  };

  port.on('message', turn);
  tell([]);
}

function drain(port: MessagePort, first: ToWriter | undefined): ToWriter[] {
  const requests = first === undefined ? [] : [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message as ToWriter);
  }
  return requests;
}

/** For what is worth trying and not worth failing for. */
function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // The next opening finds the database as it is.
  }
}

asThread(run);
