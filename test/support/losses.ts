import type { Sender } from './sender.js';
import { type Frame, WsClient } from './ws-client.js';

/** What the guarantees of the store forbid, counted. */
export interface Losses {
  /** Acked, and not there under the numbers of the ack. */
  readonly lost: number;
  /** Stored twice under one id, or answered otherwise the second time. */
  readonly twice: number;
  /** Numbers of an inbox or of a conversation that are missing, repeated or out of order. */
  readonly holes: number;
}

export const NO_LOSSES: Losses = { lost: 0, twice: 0, holes: 0 };

/** How many of the last acked messages of each sender are sent again. */
const REPEATED = 200;
const NEXT_WITHIN_MS = 30_000;

/** Compares what senders were told with the inboxes of `userIds`, who are all that take part. */
export async function lossesOf(ws: string, senders: readonly Sender[], userIds: readonly string[]): Promise<Losses> {
  const places = new Set<string>();
  let holes = 0;
  let twice = 0;
  for (const userId of userIds) {
    const inbox = await wholeInbox(ws, userId);
    holes += inbox.filter(({ cursor }, i) => cursor !== i + 1).length;
    holes += holesInConversations(userId, inbox);
    for (const { messageId, seq, cursor, fromUserId } of inbox) {
      places.add(`${userId} ${messageId} ${seq}`);
      if (fromUserId === userId) places.add(`${userId} ${messageId} ${seq} ${cursor}`);
    }
    const ids = inbox.filter(({ fromUserId }) => fromUserId === userId).map(({ id }) => id);
    twice += ids.length - new Set(ids).size;
  }
  const acked = senders.flatMap((sender) => sender.acked);
  const lost = acked.filter(({ fromUserId, toUserId, messageId, seq, cursor }) => {
    const isSent = places.has(`${fromUserId} ${messageId} ${seq} ${cursor}`);
    return !isSent || !places.has(`${toUserId} ${messageId} ${seq}`);
  });
  for (const sender of senders) twice += await sender.repeat(ws, REPEATED);
  return { lost: lost.length, twice, holes };
}

/** Everything from the first number on, as a full session is sent it. */
export async function wholeInbox(ws: string, userId: string): Promise<Frame[]> {
  const session = await WsClient.open(`${ws}/websocket/${userId}?v=1&cursor=0`, { ignored: 'synced' });
  const { head } = await session.next();
  const inbox: Frame[] = [];
  while (inbox.length < Number(head)) {
    const frame = await session.nextUnlessClosed({ withinMs: NEXT_WITHIN_MS });
    if (frame === undefined) throw new Error(`${userId} was sent ${inbox.length} of ${head} messages`);
    inbox.push(frame);
  }
  await session.leave();
  return inbox;
}

function holesInConversations(userId: string, inbox: readonly Frame[]): number {
  const heads = new Map<string, number>();
  let holes = 0;
  for (const { fromUserId, toUserId, seq } of inbox) {
    const peer = String(fromUserId === userId ? toUserId : fromUserId);
    if (seq !== (heads.get(peer) ?? 0) + 1) holes += 1;
    heads.set(peer, Number(seq));
  }
  return holes;
}
