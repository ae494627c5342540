import { type Conversation, newConversation } from '../model/conversations';
import { EMPTY_THREAD, type Entry, isPlaced, type Placed, type Thread } from '../model/entries';
import { type Keep, kept } from './keep';

/**
 * What this app keeps for one user of one server, so that it opens with something to see and without a network: the list,
 * and the end of each conversation. The server has all of it; this is what it said last. Not in here is what the library
 * keeps itself: its cursor, and what was not sent yet.
 */
export interface Shelf {
  list(): Conversation[];
  thread(key: string): Thread;
  saveList(list: readonly Conversation[]): void;
  saveThread(key: string, thread: Thread): void;
  removeThread(key: string): void;
  /** What happened since all of it was saved. */
  journal(): readonly unknown[];
  saveJournal(notes: readonly unknown[]): void;
  /** Nothing of this user is left. */
  clear(): void;
}

/** Storage holds 10 MB in all, and 1 MB under one key. */
const MAX_LISTED = 200;
const MAX_THREADS = 60;
const MAX_ENTRIES = 100;
const MAX_CHARACTERS = 40_000;

export function createShelf(keep: Keep, server: string, userId: string): Shelf {
  const prefix = `app ${server} ${userId} `;
  const listKey = `${prefix}list`;
  const journalKey = `${prefix}journal`;
  const threadsKey = `${prefix}threads`;
  const threadKey = (key: string) => `${prefix}thread ${key}`;
  /** Which conversations are kept, the one that was saved last at the end. */
  let threads = texts(kept(keep, threadsKey));

  function remember(key: string): void {
    if (threads[threads.length - 1] === key) return;
    threads = threads.filter((other) => other !== key).concat(key);
    for (const gone of threads.slice(0, -MAX_THREADS)) keep.remove(threadKey(gone));
    threads = threads.slice(-MAX_THREADS);
    keep.set(threadsKey, JSON.stringify(threads));
  }

  return {
    list: () => objects(kept(keep, listKey)).map(toConversation),
    thread: (key) => toThread(kept(keep, threadKey(key))),
    saveList: (list) => keep.set(listKey, JSON.stringify(list.slice(0, MAX_LISTED))),
    saveThread: (key, thread) => {
      remember(key);
      keep.set(threadKey(key), JSON.stringify(bounded(thread)));
    },
    removeThread: (key) => {
      threads = threads.filter((other) => other !== key);
      keep.set(threadsKey, JSON.stringify(threads));
      keep.remove(threadKey(key));
    },
    journal: () => objects(kept(keep, journalKey)),
    saveJournal: (notes) => (notes.length > 0 ? keep.set(journalKey, JSON.stringify(notes)) : keep.remove(journalKey)),
    clear: () => {
      for (const key of threads) keep.remove(threadKey(key));
      for (const key of [threadsKey, listKey, journalKey]) keep.remove(key);
      threads = [];
    },
  };
}

/** The end of it. What waits in the outbox is kept there. */
export function bounded({ placed, loose }: Thread): Thread {
  let from = Math.max(0, placed.length - MAX_ENTRIES);
  let characters = 0;
  for (let index = placed.length - 1; index >= from; index--) {
    const entry = placed[index];
    characters += entry ? entry.text.length : 0;
    if (characters > MAX_CHARACTERS) from = index + 1;
  }
  const own = loose.filter(({ failed, messageId }) => failed !== undefined || messageId !== undefined);
  return { placed: placed.slice(from), loose: own.slice(-MAX_ENTRIES) };
}

function toConversation(value: object): Conversation {
  // Written by this app; an older version of it may have written less.
  return { ...newConversation(''), ...(value as Partial<Conversation>) };
}

function toThread(value: unknown): Thread {
  if (typeof value !== 'object' || value === null) return EMPTY_THREAD;
  const { placed, loose } = value as { placed?: unknown; loose?: unknown };
  return { placed: objects(placed).filter(isEntry).filter(isPlaced), loose: objects(loose).filter(isEntry) };
}

function isEntry(value: object): value is Entry {
  const { key, fromUserId, text, sentAt } = value as Partial<Placed>;
  return (
    typeof key === 'string' && typeof fromUserId === 'string' && typeof text === 'string' && typeof sentAt === 'number'
  );
}

function objects(value: unknown): object[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is object => typeof item === 'object' && item !== null);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
