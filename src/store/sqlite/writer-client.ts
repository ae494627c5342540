import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { StoreHealth } from '../../messaging/ports/message-store.js';
import type { WriteAnswer, WriteRequest } from './writer.js';
import type { FromWriter, ToWriter } from './writer-thread.js';

/** Told of every commit: how many writes were in it, and how many milliseconds it took. */
export type OnCommit = (writes: number, tookMs: number) => void;

interface Waiting {
  readonly writes: number;
  readonly resolve: (answer: WriteAnswer) => void;
  readonly reject: (error: Error) => void;
}

const OK: StoreHealth = { state: 'ok' };

/** This side of the writer's thread. Answers come in the order of the requests. */
export class WriterClient {
  /** Settled when the thread has opened the database. */
  readonly ready: Promise<void>;
  health: StoreHealth = OK;
  private waiting: Waiting[] = [];
  private failure: Error | undefined;
  private isOpen = false;

  constructor(
    private readonly thread: Worker,
    private readonly onHealth: (health: StoreHealth) => void,
    private readonly onCommit: OnCommit,
  ) {
    this.ready = once(thread, 'message').then(() => undefined);
    thread.on('message', this.take);
    thread.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => this.fail(new Error('the store is closed')));
  }

  /** `writes`: how many stand in the request. */
  ask(request: WriteRequest, writes = 0): Promise<WriteAnswer> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ writes, resolve, reject });
      this.thread.postMessage(request satisfies ToWriter);
    });
  }

  async close(): Promise<void> {
    if (this.failure !== undefined) return;
    const ended = once(this.thread, 'exit');
    this.thread.postMessage({ kind: 'close' } satisfies ToWriter);
    await ended;
  }

  private readonly take = ({ answers, refusal, tookMs }: FromWriter): void => {
    this.isOpen = true;
    this.setHealth(refusal === undefined ? OK : { state: 'refusing', reason: refusal });
    const answered = this.waiting.splice(0, answers.length);
    let committed = 0;
    answered.forEach(({ writes, resolve }, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      if (answer.kind === 'written') committed += writes;
      resolve(answer);
    });
    if (committed > 0) this.onCommit(committed, tookMs);
  };

  /** The thread has ended: nothing is answered any more. If it could not begin, `ready` says so. */
  private fail(error: Error): void {
    this.failure ??= error;
    if (this.isOpen && error.message !== 'the store is closed')
      this.setHealth({ state: 'refusing', reason: error.message });
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  private setHealth(health: StoreHealth): void {
    const before = this.health;
    this.health = health;
    if (before.state !== health.state) this.onHealth(health);
  }
}
