import type { Conversations, History, MinimClient, RoomHistory } from '../lib/minim';
import { isRoom, nameOf, userKey } from '../model/conversations';
import { firstSeq, type Placed } from '../model/entries';
import { textOf } from '../model/kept-sends';
import type { Book } from './book';
import type { People } from './people';

/** What the app asks the server, each question once at a time. Where there is no answer, what is known stays as it is. */
export interface Questions {
  /** The list, as the server has it. */
  refresh(): Promise<void>;
  /** The same in a moment: many may want it at once. */
  refreshSoon(): void;
  /** Further down the list. */
  moreConversations(): Promise<void>;
  /** The end of a conversation. Where there is a hole between it and what is here, the latter goes. Rejects with a MinimError. */
  latest(key: string): Promise<void>;
  /** What comes before the first that is here. Rejects with a MinimError. */
  older(key: string): Promise<void>;
  /** Whether there may be anything before the first that is here. */
  hasOlder(key: string): boolean;
  /** Wants to know whether those in the list are online. */
  watchListed(): void;
  /** And this one. */
  watch(userId: string): void;
}

export interface QuestionsOptions {
  readonly client: MinimClient;
  readonly book: Book;
  readonly people: People;
}

const LIST_PAGE = 50;
const HISTORY_PAGE = 40;
/** The server watches no more for one session. */
const MAX_WATCHED = 200;
const SOON_MS = 200;

export function createQuestions({ client, book, people }: QuestionsOptions): Questions {
  const watched = new Set<string>();
  /** The first message that there is, of conversations where that is known; 0 where there is none. */
  const beginnings = new Map<string, number>();
  const asked = new Map<string, Promise<void>>();
  let nextPage: number | null = null;
  let isSoon = false;

  /** Who asks the same thing meanwhile waits for the same answer. */
  function once(name: string, ask: () => Promise<void>): Promise<void> {
    const before = asked.get(name);
    if (before) return before;
    const done = () => asked.delete(name);
    const answer = ask();
    asked.set(name, answer);
    answer.then(done, done);
    return answer;
  }

  function mergeList({ items, more }: Conversations): void {
    for (const { peerId, profile, last, unread, delivered, read, ownRead } of items) {
      const key = userKey(peerId);
      const before = book.conversation(key).ownRead;
      const { nickname = '', avatar = '' } = profile || {};
      people.meet(peerId, profile);
      book.merge(key, { nickname, avatar, last: placedOf(last), unread, delivered, read, ownRead });
      // A mark that went with the app before the server had it.
      if (before > ownRead && before <= last.seq) client.read(peerId, before);
    }
    const end = items[items.length - 1];
    nextPage = more && end ? end.cursor : null;
    watchListed();
  }

  function refresh(): Promise<void> {
    return once('list', () => client.conversations({ limit: LIST_PAGE }).then(mergeList, () => {}));
  }

  function watchListed(): void {
    const users = book.conversations().filter(({ key }) => !isRoom(key));
    watchAll(users.map(({ key }) => nameOf(key)));
  }

  function watchAll(userIds: readonly string[]): void {
    const wanted = userIds.filter((userId) => !watched.has(userId)).slice(0, MAX_WATCHED - watched.size);
    if (wanted.length === 0) return;
    for (const userId of wanted) watched.add(userId);
    client.watch(wanted);
  }

  async function page(key: string, before: number | undefined): Promise<Page> {
    const options = before === undefined ? { limit: HISTORY_PAGE } : { limit: HISTORY_PAGE, before };
    const name = nameOf(key);
    if (!isRoom(key)) return pageOfUser(key, await client.history(name, options));
    const answer = await client.join(name).history(options);
    for (const { userId, profile } of answer.members) people.meet(userId, profile);
    return pageOf(answer);
  }

  function pageOfUser(key: string, answer: History): Page {
    book.raise(key, answer);
    return pageOf(answer);
  }

  async function ask(key: string, before: number | undefined): Promise<void> {
    const { entries, more } = await page(key, before);
    const first = entries[0];
    // Known before the view hears of the entries.
    if (!more) beginnings.set(key, first ? first.seq : firstSeq(book.thread(key)));
    book.addPage(key, entries, before);
  }

  return {
    refresh,
    refreshSoon: () => {
      if (isSoon) return;
      isSoon = true;
      setTimeout(() => {
        isSoon = false;
        refresh();
      }, SOON_MS);
    },
    moreConversations: async () => {
      const before = nextPage;
      if (before === null) return;
      await once('list', () => client.conversations({ limit: LIST_PAGE, before }).then(mergeList, () => {}));
    },
    latest: (key) => once(`latest ${key}`, () => ask(key, undefined)),
    older: (key) =>
      once(`older ${key}`, async () => {
        const first = firstSeq(book.thread(key));
        await ask(key, first === 0 ? undefined : first);
      }),
    hasOlder: (key) => {
      const first = firstSeq(book.thread(key));
      return first !== 1 && beginnings.get(key) !== first;
    },
    watchListed,
    watch: (userId) => watchAll([userId]),
  };
}

interface Page {
  /** Oldest first. */
  readonly entries: readonly Placed[];
  readonly more: boolean;
}

type Item = History['items'][number] | RoomHistory['items'][number];

function pageOf({ items, more }: { readonly items: readonly Item[]; readonly more: boolean }): Page {
  return { entries: items.map(placedOf).reverse(), more };
}

function placedOf(item: Item): Placed {
  const { messageId, seq, fromUserId, sentAt, message } = item;
  const entry = { key: messageId, messageId, seq, fromUserId, sentAt, text: textOf(message) };
  const named = 'id' in item ? { ...entry, id: item.id } : entry;
  return 'recalled' in item && item.recalled ? { ...named, recalled: true } : named;
}
