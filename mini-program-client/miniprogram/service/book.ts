import {
  type Conversation,
  counted,
  inOrder,
  isRoom,
  merged,
  newConversation,
  readTo,
  type ServerConversation,
} from '../model/conversations';
import {
  acked,
  EMPTY_THREAD,
  type Entry,
  newest,
  type Placed,
  recalled,
  refused,
  type Thread,
  told,
  waiting,
  without,
  withPage,
} from '../model/entries';
import type { Shelf } from './shelf';

/**
 * Everything this app knows of what was said, in memory and on the phone.
 *
 * The library's cursor moves when its listeners have run, and then the server tells no more of that message. So what it
 * tells is written down before the listener returns, as a note in a short journal; the longer texts that it changes are
 * written a moment later, all at once. Notes can be applied twice and change nothing the second time: wherever the app is
 * killed, either the library tells it again, or the journal does.
 */
export interface Book {
  conversations(): Conversation[];
  conversation(key: string): Conversation;
  thread(key: string): Thread;
  /** Told by the library, and told once. On the phone when this returns. */
  note(note: Told): void;
  /** On its way: the library's outbox keeps it. */
  wait(key: string, entry: Entry): void;
  /** Where the own one with this id waits for its ack. */
  findSend(id: string): { readonly key: string; readonly entry: Entry } | null;
  /** An own one that was refused is wanted no more. */
  remove(key: string, id: string): void;
  /** A page of the history; `before` as it was asked with. */
  addPage(key: string, page: readonly Placed[], before?: number): void;
  /** What the server says of a conversation. */
  merge(key: string, said: ServerConversation): void;
  raise(key: string, marks: { readonly delivered?: number; readonly read?: number; readonly ownRead?: number }): void;
  /** So that it is in the list. */
  add(key: string): void;
  /** It is no more in the list. */
  drop(key: string): void;
  /** What is known of it has no connection to what comes: an old copy of the store, or too long away. */
  forget(concerns: (key: string) => boolean): void;
  flush(): void;
}

/** Something that the library told. */
export type Note = Told | Read;

type Told =
  | { readonly type: 'told' | 'acked' | 'recalled'; readonly key: string; readonly entry: Placed }
  | { readonly type: 'refused'; readonly key: string; readonly entry: Entry; readonly code: string };

/** This user has read it so far: a mark that is told once, too. */
interface Read {
  readonly type: 'read';
  readonly key: string;
  readonly seq: number;
}

export interface BookOptions {
  readonly shelf: Shelf;
  readonly ownId: string;
  /** Calls back in a moment. */
  later(run: () => void): void;
  onChange(key: string): void;
}

const MAX_NOTES = 20;

export function createBook({ shelf, ownId, later, onChange }: BookOptions): Book {
  const conversations = new Map(shelf.list().map((conversation) => [conversation.key, conversation] as const));
  const threads = new Map<string, Thread>();
  /** In which conversation each send is that waits for its ack. */
  const sends = new Map<string, string>();
  const dirty = new Set<string>();
  let notes: Note[] = [];
  let isListDirty = false;
  let isFlushDue = false;

  const conversation = (key: string) => conversations.get(key) || newConversation(key);

  function thread(key: string): Thread {
    const known = threads.get(key);
    if (known) return known;
    const read = shelf.thread(key);
    threads.set(key, read);
    return read;
  }

  function change(key: string, now: Thread): void {
    if (now === threads.get(key)) return;
    threads.set(key, now);
    dirty.add(key);
    dueSoon();
  }

  function list(key: string, now: Conversation): void {
    if (now === conversations.get(key)) return;
    conversations.set(key, now);
    isListDirty = true;
    dueSoon();
  }

  function dueSoon(): void {
    if (isFlushDue) return;
    isFlushDue = true;
    later(flush);
  }

  /** The list shows the newest, and what has become of it. */
  function showNewest(key: string): void {
    const last = newest(thread(key));
    const before = conversation(key);
    if (!last || last === before.last) return;
    const { seq: shown = 0 } = before.last || {};
    // The server may have said more of it than is here.
    if (last.seq === undefined || last.seq >= shown) list(key, { ...before, last });
  }

  function apply(note: Note): void {
    if (note.type === 'read') return rise(note.key, note.seq);
    const { key, entry } = note;
    const before = thread(key);
    if (note.type === 'refused') change(key, refused(before, note.entry, note.code));
    else if (note.type === 'acked') change(key, acked(before, note.entry));
    else if (note.type === 'recalled') change(key, recalled(before, note.entry));
    else change(key, told(before, note.entry));
    if (note.type === 'told') list(key, counted(conversation(key), note.entry, ownId));
    if (note.type === 'recalled') forgetUnread(key, note.entry, before);
    if (isRoom(key) && entry.fromUserId === ownId && note.type === 'told') rise(key, note.entry.seq);
    showNewest(key);
  }

  /** Once: a note may come again. */
  function forgetUnread(key: string, entry: Placed, before: Thread): void {
    const now = conversation(key);
    const isNews = before.placed.some(({ messageId, recalled: gone }) => messageId === entry.messageId && !gone);
    const isUnread = isNews && entry.fromUserId !== ownId && entry.seq > now.ownRead && entry.seq <= now.countedTo;
    if (isUnread) list(key, { ...now, unread: Math.max(0, now.unread - 1) });
    else list(key, counted(now, { ...entry, recalled: true }, ownId));
  }

  function rise(key: string, ownRead: number): void {
    list(key, readTo(conversation(key), ownRead, thread(key), ownId));
  }

  function flush(): void {
    isFlushDue = false;
    for (const key of dirty) shelf.saveThread(key, thread(key));
    if (isListDirty) shelf.saveList(inOrder(conversations.values()));
    if (notes.length > 0) shelf.saveJournal([]);
    dirty.clear();
    isListDirty = false;
    notes = [];
  }

  /** On the phone when this returns. */
  function write(note: Note): void {
    notes.push(note);
    shelf.saveJournal(notes);
    apply(note);
    if (notes.length >= MAX_NOTES) flush();
  }

  // What an app that was killed has not come to write.
  for (const note of shelf.journal()) apply(note as Note);
  flush();
  shelf.saveJournal([]);

  return {
    conversations: () => inOrder(conversations.values()),
    conversation,
    thread,
    note: (note) => {
      write(note);
      if (note.entry.id !== undefined) sends.delete(note.entry.id);
      onChange(note.key);
    },
    wait: (key, entry) => {
      if (entry.id !== undefined) sends.set(entry.id, key);
      change(key, waiting(thread(key), entry));
      showNewest(key);
      onChange(key);
    },
    findSend: (id) => {
      const key = sends.get(id);
      const entry = key !== undefined && thread(key).loose.find((other) => other.id === id);
      return key !== undefined && entry ? { key, entry } : null;
    },
    remove: (key, id) => {
      change(key, without(thread(key), id));
      showNewest(key);
      onChange(key);
    },
    addPage: (key, page, before) => {
      change(key, withPage(thread(key), page, before));
      showNewest(key);
      onChange(key);
    },
    merge: (key, said) => {
      list(key, merged(conversation(key), said, thread(key), ownId));
      onChange(key);
    },
    raise: (key, { delivered = 0, read = 0, ownRead = 0 }) => {
      const before = conversation(key);
      if (delivered > before.delivered || read > before.read) {
        list(key, { ...before, delivered: Math.max(before.delivered, delivered), read: Math.max(before.read, read) });
      }
      if (ownRead > before.ownRead) write({ type: 'read', key, seq: ownRead });
      if (conversation(key) !== before) onChange(key);
    },
    add: (key) => {
      if (conversations.has(key)) return;
      list(key, newConversation(key));
      flush();
      onChange(key);
    },
    drop: (key) => {
      conversations.delete(key);
      threads.delete(key);
      dirty.delete(key);
      shelf.removeThread(key);
      isListDirty = true;
      flush();
      onChange(key);
    },
    forget: (concerns) => {
      for (const key of Array.from(conversations.keys()).filter(concerns)) {
        const { loose } = thread(key);
        change(key, { ...EMPTY_THREAD, loose: loose.filter(({ messageId }) => messageId === undefined) });
        const { nickname, avatar } = conversation(key);
        list(key, { ...newConversation(key), nickname, avatar });
        showNewest(key);
        onChange(key);
      }
    },
    flush,
  };
}
