import type { Attendance } from '../../messaging/attendance.js';
import type { Cards } from '../../messaging/cards.js';
import { type MessageStatus, messageStatus } from '../../messaging/message-status.js';
import type { Clock } from '../../messaging/ports/clock.js';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import type { Stored } from '../../messaging/ports/store-writes.js';
import { refusalOf } from '../../messaging/refusal-of.js';
import type { SendEphemeral } from '../../messaging/send-ephemeral.js';
import type { SendDone, SendMessage } from '../../messaging/send-message.js';
import { type ContentJson, contentJson } from '../../model/content.js';
import { type FrameId, isUserOfKey, type RoomName, type UserId, userOfKey } from '../../model/ids.js';
import { ONLINE } from '../../model/place.js';
import { Refusal } from '../../model/refusal.js';
import { MAX_FRAME_BYTES } from '../../protocol/limits.js';
import { HttpFailure } from '../http-failure.js';
import type { KeyHolder } from '../logins.js';
import type { AskBefore } from './ask-before.js';
import type { KeyRates } from './key-rates.js';
import type { DeliveredAnswer, MessageBody, SendBody, SentAnswer, StoredAnswer } from './send-dtos.js';

/** An answer and its HTTP status. */
export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A message whose content was looked at, so that nothing but its sending is left. */
export interface Prepared<Body extends SendBody = SendBody> {
  readonly fromUserId: UserId;
  readonly id: FrameId;
  readonly body: Body;
  readonly content: ContentJson;
  /** What the sender gave, if `content` was put in its place. */
  readonly given?: ContentJson;
  readonly byteLength: number;
}

interface SendsParts {
  readonly sendMessage: SendMessage;
  readonly sendEphemeral: SendEphemeral;
  readonly cards: Cards;
  readonly attendance: Pick<Attendance, 'has'>;
  readonly rates: KeyRates;
  readonly read: Pick<StoreRead, 'life'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ask: AskBefore;
}

const BUSY = 'the message was not stored; expected to be sent again under the same id';

/** What the holders of API keys send, with the ids, rules and limits of a WebSocket's sends. */
export class Sends {
  constructor(private readonly parts: SendsParts) {}

  /** Throws what stands in the way of sending it at all. */
  prepare<Body extends SendBody>(holder: KeyHolder, id: FrameId, body: Body): Prepared<Body> {
    return this.prepareAs(senderOf(holder, body.fromUserId), id, body);
  }

  /** The same for a sender who is known to be this one. */
  prepareAs<Body extends SendBody>(fromUserId: UserId, id: FrameId, body: Body): Prepared<Body> {
    const content = contentJson(body.message, false);
    const byteLength = Buffer.byteLength(content);
    if (byteLength > MAX_FRAME_BYTES) {
      const because = `message must be at most ${MAX_FRAME_BYTES} bytes of JSON, got ${byteLength}`;
      throw new HttpFailure(413, because, {}, { errors: [{ field: 'message', message: because }] });
    }
    return { fromUserId, id, body, content, byteLength };
  }

  /** Counts bytes against what the key may send; refuses when it is too much. */
  count(holder: KeyHolder, byteLength: number): void {
    this.parts.rates.take(holder, byteLength);
  }

  /** Asks before it sends, as the next two do. */
  async message(prepared: Prepared<MessageBody>): Promise<Answered<SentAnswer | DeliveredAnswer>> {
    return this.pass(await this.parts.ask.one(prepared, { toUserId: prepared.body.toUserId }));
  }

  async broadcast(prepared: Prepared): Promise<Answered<StoredAnswer>> {
    const { sendMessage, ask } = this.parts;
    const { fromUserId, id, content, given } = await ask.one(prepared, { broadcast: true });
    const broadcast = { fromUserId, id, content, given };
    return answerOf(await this.stored((done) => sendMessage.broadcast(broadcast, done)));
  }

  async toRoom(prepared: Prepared, room: RoomName): Promise<Answered<StoredAnswer>> {
    const { cards, sendMessage, ask } = this.parts;
    const { fromUserId, id, content, given } = await ask.one(prepared, { room });
    // Whoever is there sees the sender's profile beside it; of who is not there it may not be known.
    await cards.load([fromUserId]);
    return answerOf(await this.stored((done) => sendMessage.toRoom({ fromUserId, room, id, content, given }, done)));
  }

  /** Of a batch, each as it is to be sent with `pass`, or why it is not. */
  askAll<Body extends MessageBody>(batch: readonly Prepared<Body>[]): Promise<readonly (Prepared<Body> | Refusal)[]> {
    return this.parts.ask.all(batch, ({ body: { toUserId } }) => ({ toUserId }));
  }

  /** What is stored is handed over before this returns, so that messages sent one after the other keep their order. */
  async pass(prepared: Prepared<MessageBody>): Promise<Answered<SentAnswer | DeliveredAnswer>> {
    const { fromUserId, id, content, given, body } = prepared;
    const { toUserId, ttlS } = body;
    if (body.ephemeral) return this.ephemeral(prepared);
    const { sendMessage, attendance } = this.parts;
    const stored = await this.stored((done) =>
      sendMessage.send({ fromUserId, toUserId, id, content, given, ttlS }, done),
    );
    const answer = answerOf(stored);
    const online = attendance.has(ONLINE, toUserId);
    return { status: answer.status, body: { ...answer.body, cursor: stored.cursor, online } };
  }

  async status(messageId: string): Promise<MessageStatus> {
    const { read, clock } = this.parts;
    const status = messageStatus(await read.life({ messageId, now: clock.now() }));
    if (status === undefined) throw refusalOf('not_found');
    return status;
  }

  /** As the one who sent it. */
  async recall(holder: KeyHolder, messageId: string): Promise<Stored> {
    const { fromUserId } = await this.status(messageId);
    senderOf(holder, fromUserId);
    const recall = { fromUserId, id: undefined, messageId };
    return this.stored((done) => this.parts.sendMessage.recall(recall, done));
  }

  private async ephemeral({ fromUserId, content, body }: Prepared<MessageBody>): Promise<Answered<DeliveredAnswer>> {
    const { cards, sendEphemeral } = this.parts;
    await cards.load([body.toUserId]);
    const delivered = sendEphemeral.toUser(fromUserId, body.toUserId, content);
    return { status: 202, body: { delivered, online: true } };
  }

  private stored(send: (done: SendDone) => void): Promise<Stored> {
    return new Promise((resolve, reject) => {
      send((outcome) => {
        if (outcome.kind === 'stored') resolve(outcome);
        else reject(outcome.kind === 'busy' ? new Refusal('busy', BUSY) : refusalOf(outcome.kind));
      });
    });
  }
}

function senderOf({ name }: KeyHolder, fromUserId: UserId = userOfKey(name)): UserId {
  if (!isUserOfKey(fromUserId) || fromUserId === userOfKey(name)) return fromUserId;
  throw new Refusal('forbidden', `the API key ${name} speaks for "${userOfKey(name)}" and users, not for other keys`);
}

function answerOf({ messageId, seq, sentAt, duplicate }: Stored): Answered<StoredAnswer> {
  const numbers = { messageId, seq, sentAt };
  return duplicate ? { status: 200, body: { ...numbers, duplicate } } : { status: 201, body: numbers };
}
