import type { MinimClient, MinimError } from '../lib/minim';
import { createMiniProgramClient } from '../lib/minim';
import { isRoom, nameOf, roomKey, userKey } from '../model/conversations';
import { type Entry, lastSeq } from '../model/entries';
import { newSendId } from '../model/ids';
import type { Notice } from '../model/rows';
import { type Book, createBook } from './book';
import { createHost, type OwnProfile } from './host';
import type { Keep } from './keep';
import { createNews, type News } from './news';
import { createPeople, type People } from './people';
import { createQuestions, type Questions } from './questions';
import { createRoomsHere, type RoomsHere } from './rooms-here';
import { createShelf } from './shelf';
import { showKeptSends, tellBook } from './tell-book';

/** What pages hear of. */
export type MessengerEvent =
  | { readonly type: 'state' | 'conversations' | 'profile' }
  | { readonly type: 'thread' | 'people' | 'typing'; readonly key: string }
  /** Caught up: with that room, or with all messages where there is no key. */
  | { readonly type: 'ready'; readonly key: string }
  | { readonly type: 'problem'; readonly key: string; readonly error: MinimError };

/**
 * All that the app does with one user on one server: the one socket, through the library, and what is known of
 * conversations. It lives as long as somebody is signed in; pages come, listen, and go.
 */
export interface Messenger {
  readonly server: string;
  readonly userId: string;
  readonly client: MinimClient;
  readonly book: Book;
  readonly people: People;
  readonly rooms: RoomsHere;
  readonly questions: Questions;
  readonly on: News<MessengerEvent>['on'];
  profile(): OwnProfile;
  /** Sends, and shows at once. */
  send(key: string, text: string): void;
  /** Once more, under the same id: the server stores it once. */
  resend(key: string, entry: Entry): void;
  recall(key: string, entry: Entry): Promise<unknown>;
  /** A person has seen all that is there. */
  seen(key: string): void;
  /** This user writes. */
  typing(key: string): void;
  notices(key: string): readonly Notice[];
  setProfile(profile: OwnProfile): Promise<void>;
  flush(): void;
  /** Hangs up. What waits stays in the outbox. */
  end(): void;
}

export interface MessengerOptions {
  readonly server: string;
  readonly userId: string;
  readonly device: string;
  readonly token?: ((renew: boolean) => Promise<string>) | undefined;
  readonly keep: Keep;
}

const FLUSH_AFTER_MS = 500;
/** Others show it a little longer than this. */
const TYPING_EVERY_MS = 3000;

/** @throws MinimError when server or user cannot be right */
export function createMessenger({ server, userId, device, token, keep }: MessengerOptions): Messenger {
  const news = createNews<MessengerEvent>();
  const people = createPeople((event) => news.tell(event));
  let own: OwnProfile = { nickname: '', avatar: '' };
  const host = createHost({
    typing: (fromUserId) => people.hearTyping(fromUserId),
    welcome: (profile) => {
      own = profile;
      news.tell({ type: 'profile' });
    },
  });
  /** What the library finds in its outbox when it starts. */
  const found: string[] = [];
  const storage = {
    get: (key: string) => {
      const text = keep.get(key);
      if (key.startsWith('minim-outbox ')) found.push(text);
      return text || undefined;
    },
    set: keep.set,
    remove: keep.remove,
  };
  const settings = { url: server, userId, device, storage, wx: host.wx };
  const client = createMiniProgramClient(token ? { ...settings, token } : settings);
  const book = createBook({
    shelf: createShelf(keep, server, userId),
    ownId: userId,
    later: (run) => setTimeout(run, FLUSH_AFTER_MS),
    onChange: (key) => {
      news.tell({ type: 'thread', key });
      news.tell({ type: 'conversations' });
    },
  });
  const questions = createQuestions({ client, book, people });
  const rooms = createRoomsHere({
    client,
    book,
    people,
    onChange: (key) => news.tell({ type: 'people', key }),
    onJoined: (key) => news.tell({ type: 'ready', key }),
  });
  let typingTold = { key: '', at: 0 };

  function hand(key: string, entry: Entry & { readonly id: string }): void {
    const answer = isRoom(key)
      ? rooms.enter(nameOf(key)).say(entry.text, { id: entry.id })
      : client.send(nameOf(key), entry.text, { id: entry.id });
    answer.catch((error: MinimError) => {
      // Refusals of what was in the outbox are told as `refused`; this is what never got there.
      if (error.code !== 'too_large' && error.code !== 'outbox_full') return;
      book.note({ type: 'refused', key, entry, code: error.code });
    });
  }

  client.on('state', () => news.tell({ type: 'state' }));
  tellBook(client, book);
  client.on('receipt', ({ peerId, ...marks }) => book.raise(userKey(peerId), marks));
  client.on('presence', (presence) => people.hearPresence(presence));
  client.on('profile', ({ userId: who, profile }) => people.meet(who, profile));
  client.on('synced', () => {
    questions.refresh();
    news.tell({ type: 'ready', key: '' });
  });
  client.on('message', ({ fromUserId }) => {
    people.stoppedTyping(fromUserId);
    if (fromUserId !== userId && !people.knows(fromUserId)) questions.refreshSoon();
  });
  client.on('refused', ({ room, toUserId, error }) => {
    const key = room ? roomKey(room) : userKey(toUserId || '');
    news.tell({ type: 'problem', key, error });
  });
  for (const text of found) showKeptSends(text, book, userId);
  for (const { key, nickname, avatar } of book.conversations()) {
    if (isRoom(key)) rooms.enter(nameOf(key));
    else people.meet(nameOf(key), { nickname, avatar });
  }
  questions.watchListed();
  client.connect();

  return {
    server,
    userId,
    client,
    book,
    people,
    rooms,
    questions,
    on: news.on,
    profile: () => own,
    send: (key, text) => {
      const id = newSendId(Date.now(), Math.random);
      const entry = { key: id, id, fromUserId: userId, text, sentAt: Date.now() };
      book.wait(key, entry);
      hand(key, entry);
    },
    resend: (key, { id, text }) => {
      if (id === undefined) return;
      const entry = { key: id, id, fromUserId: userId, text, sentAt: Date.now() };
      book.wait(key, entry);
      hand(key, entry);
    },
    recall: async (key, { messageId, seq, sentAt }) => {
      if (messageId === undefined || seq === undefined) return;
      await client.recall(messageId);
      const entry = { key: messageId, messageId, seq, fromUserId: userId, text: '', sentAt };
      book.note({ type: 'recalled', key, entry });
    },
    seen: (key) => {
      const seq = lastSeq(book.thread(key));
      if (seq <= book.conversation(key).ownRead) return;
      if (!isRoom(key)) client.read(nameOf(key), seq);
      book.raise(key, { ownRead: seq });
    },
    typing: (key) => {
      const now = Date.now();
      if (isRoom(key) || client.state.phase !== 'connected') return;
      if (typingTold.key === key && now - typingTold.at < TYPING_EVERY_MS) return;
      typingTold = { key, at: now };
      host.tell({ type: 'typing', toUserId: nameOf(key) });
    },
    notices: (key) => rooms.notices(nameOf(key)),
    setProfile: async (profile) => {
      await client.setProfile(profile);
      own = profile;
      news.tell({ type: 'profile' });
    },
    flush: () => book.flush(),
    end: () => {
      client.close();
      book.flush();
    },
  };
}
