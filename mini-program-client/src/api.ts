import type { MessageContent } from '../../src/model/content.js';
import type { AckFrame, ConversationsAnswerFrame, HistoryAnswerFrame } from '../../src/protocol/frames.js';
import type { ClientEvents, ConnectionState } from './events.js';
import type { PageOptions, SendOptions } from './options.js';

/** The server's answer to a send. */
export type Ack = AckFrame;

/** A page of a conversation, and how far it has been delivered and read. There is more when `more` says so. */
export type History = HistoryAnswerFrame;

/** A page of this user's conversations. */
export type Conversations = ConversationsAnswerFrame;

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

  /** Calls `listener` on every such event, until the function that comes back is called. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void;
}
