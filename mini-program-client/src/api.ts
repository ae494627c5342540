import type { MessageContent } from '../../src/model/content.js';
import type {
  AckFrame,
  BlockedAnswerFrame,
  ConversationsAnswerFrame,
  HistoryAnswerFrame,
  RoomHistoryAnswerFrame,
} from '../../src/protocol/frames.js';
import type { ClientEvents, ConnectionState, Member, RoomEvents } from './events.js';
import type { JoinOptions, PageOptions, ProfileOptions, SendOptions } from './options.js';

/** The server's answer to a send. */
export type Ack = AckFrame;

/** A page of a conversation, and how far it has been delivered and read. There is more when `more` says so. */
export type History = HistoryAnswerFrame;

/** A page of this user's conversations, each with the `profile` of its peer, if there is one. */
export type Conversations = ConversationsAnswerFrame;

/** A page of what was said in a room; `members` are those of its authors who have a profile. */
export type RoomHistory = RoomHistoryAnswerFrame;

/** Whom this user blocks. */
export type Blocked = BlockedAnswerFrame;

/**
 * A room that this client is in, and goes back to by itself after every reconnect, until `leave()` or until the server
 * refuses it. What was said meanwhile is told then.
 */
export interface Room {
  readonly name: string;

  /** How many users are there, this one included; 0 until the first `joined`. */
  readonly count: number;

  /**
   * Who is there, as far as it is known: everybody in a room of up to 100 users, or of up to 200 where it was joined with
   * `list`; nobody in a crowd. A new array with every change.
   */
  readonly members: readonly Member[];

  /**
   * Says `message` to everybody in the room, the sender's own sessions included. It is kept and sent as a stored send is,
   * and in order with them; it comes back as `message`.
   *
   * @returns the server's ack
   * @throws MinimError as `send` does
   */
  say(message: MessageContent, options?: Pick<SendOptions, 'id'>): Promise<Ack>;

  /**
   * What was said here, newest first: the last messages, or those below the `seq` `before`.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  history(page?: PageOptions): Promise<RoomHistory>;

  /** Leaves it for good. What was said and has no ack yet may be refused. */
  leave(): void;

  /** Calls `listener` on every such event of this room, until the function that comes back is called. */
  on<Name extends keyof RoomEvents>(name: Name, listener: (value: RoomEvents[Name]) => void): () => void;
}

/**
 * One user's connection to a Minim server. It is kept up, through lost networks, restarts of the server and the
 * background, until `close()` or until the server says to stay away. At most one socket is dialling or open at any time.
 *
 * Nothing is lost between: what the server has for this user is told once and in order, and what is sent here stays in
 * the outbox until the server has it. Only ephemeral sends and questions are for now or never.
 */
export interface MinimClient {
  readonly userId: string;
  readonly state: ConnectionState;

  /** Dials, and from then on stays connected. While waiting it dials at once; otherwise a second call changes nothing. */
  connect(): void;

  /**
   * Hangs up, and stays away until `connect()`. Sends without an answer are rejected with `connection_lost`; the stored
   * ones among them stay in the outbox.
   */
  close(): void;

  /**
   * Sends `message`, a non-empty text or any JSON object or array, to one user. What is sent to one user arrives in the
   * order of these calls.
   *
   * It is kept until the server has it, also without a connection and over restarts of the app: there is no time limit,
   * and a lost connection rejects nothing. `sent` or `refused` tells what came of it, whoever holds the promise.
   *
   * With `ephemeral` nothing is kept: it is sent now or rejected, and so it is when no answer comes.
   *
   * @returns the server's ack; `delivered` of an ephemeral one says to how many sessions of that user it was handed
   * @throws MinimError, always as a rejection; `MinimErrorCode` says what each code means for the message
   */
  send(toUserId: string, message: MessageContent, options?: SendOptions): Promise<Ack>;

  /**
   * Sends `message` to everyone, the sender's own sessions included. It is kept and sent as a stored send is, and in order
   * with them; it comes back as `broadcast`.
   *
   * @returns the server's ack
   * @throws MinimError as `send` does
   */
  broadcast(message: MessageContent, options?: Pick<SendOptions, 'id'>): Promise<Ack>;

  /**
   * A person has read the conversation with `peerId` up to `seq`. It goes out now or on the next connection, until it is
   * certain that the server has it; it is not kept over restarts of the app. A mark that is not above the last one of that
   * peer does nothing.
   */
  read(peerId: string, seq: number): void;

  /**
   * Takes an own message back, if that is still allowed. A second recall of a message does no harm: when the connection
   * went before the answer, ask again.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  recall(messageId: string): Promise<Ack>;

  /**
   * The conversation with `peerId`, newest first: the last messages, or those below the `seq` `before`.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  history(peerId: string, page?: PageOptions): Promise<History>;

  /**
   * This user's conversations, latest first; `before` is the `cursor` of the last one of the page before.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  conversations(page?: PageOptions): Promise<Conversations>;

  /**
   * Enters a room: now or on the next connection, and again after every reconnect, before anything that waits in the
   * outbox goes out. A room that it has joined already is given once more, whatever the options say.
   */
  join(room: string, options?: JoinOptions): Room;

  /**
   * Says how this user is to be called and seen.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  setProfile(profile: ProfileOptions): Promise<Ack>;

  /**
   * Refuses from now on what `userId` sends to this user.
   *
   * @throws MinimError as `send` with `ephemeral` does
   */
  block(userId: string): Promise<Ack>;

  /** Takes `block` back, and throws as it does. */
  unblock(userId: string): Promise<Ack>;

  /** Whom this user blocks; throws as `block` does. */
  blocked(): Promise<Blocked>;

  /**
   * Wants to know when these users come and go: `presence` tells it, first how it is now, and what has changed after a
   * reconnect. At most 200 users are watched in all.
   *
   * @throws MinimError `bad_argument`, and watches none of them, when these are too many or one is no user id
   */
  watch(userIds: readonly string[]): void;

  unwatch(userIds: readonly string[]): void;

  /** Calls `listener` on every such event, until the function that comes back is called. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void;
}
