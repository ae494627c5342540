import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type {
  DeadHooksPage,
  DeadHooksQuery,
  HookQueueState,
  HooksPage,
  HooksQuery,
} from '../../messaging/ports/store-hooks.js';
import type {
  BroadcastsPage,
  BroadcastsQuery,
  ConversationsPage,
  ConversationsQuery,
  HistoryPage,
  HistoryQuery,
  InboxPage,
  InboxQuery,
  MessageQuery,
  Revocation,
  RoomHistoryPage,
  RoomHistoryQuery,
  RoomPage,
  RoomQuery,
  StoredLife,
  StoreRead,
} from '../../messaging/ports/store-reads.js';
import type { UserId } from '../../model/ids.js';
import type { UserCard, UserMarks } from '../../model/stored.js';
import type { FromReader, ReadName, ToReader } from './reader-thread.js';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** This side of the reader's thread. */
export class ReaderClient implements StoreRead {
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor(private readonly thread: Worker) {
    thread.on('message', this.take);
    thread.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => this.fail(new Error('the store is closed')));
  }

  user(userId: UserId): Promise<UserMarks> {
    return this.ask('user', userId) as Promise<UserMarks>;
  }

  inbox(query: InboxQuery): Promise<InboxPage> {
    return this.ask('inbox', query) as Promise<InboxPage>;
  }

  broadcasts(query: BroadcastsQuery): Promise<BroadcastsPage> {
    return this.ask('broadcasts', query) as Promise<BroadcastsPage>;
  }

  history(query: HistoryQuery): Promise<HistoryPage> {
    return this.ask('history', query) as Promise<HistoryPage>;
  }

  conversations(query: ConversationsQuery): Promise<ConversationsPage> {
    return this.ask('conversations', query) as Promise<ConversationsPage>;
  }

  life(query: MessageQuery): Promise<StoredLife | undefined> {
    return this.ask('life', query) as Promise<StoredLife | undefined>;
  }

  room(query: RoomQuery): Promise<RoomPage> {
    return this.ask('room', query) as Promise<RoomPage>;
  }

  roomHistory(query: RoomHistoryQuery): Promise<RoomHistoryPage> {
    return this.ask('roomHistory', query) as Promise<RoomHistoryPage>;
  }

  cards(userIds: readonly UserId[]): Promise<readonly UserCard[]> {
    return this.ask('cards', userIds) as Promise<readonly UserCard[]>;
  }

  revocations(): Promise<readonly Revocation[]> {
    return this.ask('revocations', undefined) as Promise<readonly Revocation[]>;
  }

  hooks(query: HooksQuery): Promise<HooksPage> {
    return this.ask('hooks', query) as Promise<HooksPage>;
  }

  deadHooks(query: DeadHooksQuery): Promise<DeadHooksPage> {
    return this.ask('deadHooks', query) as Promise<DeadHooksPage>;
  }

  hookQueue(): Promise<HookQueueState> {
    return this.ask('hookQueue', undefined) as Promise<HookQueueState>;
  }

  erasing(): Promise<readonly UserId[]> {
    return this.ask('erasing', undefined) as Promise<readonly UserId[]>;
  }

  async close(): Promise<void> {
    if (this.failure !== undefined) return;
    const ended = once(this.thread, 'exit');
    this.thread.postMessage({ name: 'close' } satisfies ToReader);
    this.waiting.push({ resolve: () => undefined, reject: () => undefined });
    await ended;
  }

  private ask(name: ReadName, query: unknown): Promise<unknown> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.thread.postMessage({ name, query } satisfies ToReader);
    });
  }

  private readonly take = (answers: FromReader): void => {
    const answered = this.waiting.splice(0, answers.length);
    answered.forEach(({ resolve, reject }, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      if ('failure' in answer) reject(new Error(`a read failed: ${answer.failure}`));
      else resolve(answer.value);
    });
  };

  /** The thread has ended: nothing is answered any more. */
  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
