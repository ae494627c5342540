import type { ClientFrames, ClientFrameType, RoomMessageFrame, ServerFrame } from '../../src/protocol/frames.js';
import { type Fields, fieldsOf, isFields, isPlace, isText } from './json.js';

/** It has no place in the inbox. */
interface HeardRoomMessage extends RoomMessageFrame {
  readonly cursor?: undefined;
}

/** What a poll says before what it brings. It is never on the wire. */
export interface PolledFrame {
  readonly type: 'polled';
  readonly epoch: string;
  /** Where what it brings begins. */
  readonly cursor: number;
  /** Nothing is known of broadcasts. */
  readonly broadcast: null;
}

/** Every frame that this client acts on. */
export type HeardFrame = Exclude<ServerFrame, RoomMessageFrame> | HeardRoomMessage | PolledFrame;

/** What happens in a room. */
export type RoomFrame = Extract<
  HeardFrame,
  HeardRoomMessage | { readonly type: 'joined' | 'entered' | 'left' | 'members' }
>;

type ClientFrame = ClientFrames[ClientFrameType];

/** A frame to send, before it has its id, if it gets one. A field that is undefined does not reach the wire. */
export type Draft<Frame extends ClientFrame = ClientFrame> = Frame extends ClientFrame
  ? Fillable<Omit<Frame, 'id'>>
  : never;

type Fillable<Frame extends { readonly type: string }> = { readonly [Name in keyof Frame]: Frame[Name] | undefined } & {
  readonly type: Frame['type'];
  readonly id?: string;
};

/** A frame of the server, or null for anything that is none, is not whole, or is of a type that this client has not. */
export function parseFrame(text: string): HeardFrame | null {
  return heardIn(fieldsOf(text));
}

/** The same of what is parsed already. */
export function heardIn(value: unknown): HeardFrame | null {
  return isFields(value) && isHeard(value) ? value : null;
}

/** The edge: what this says yes to is trusted from here on. */
function isHeard(frame: Fields): frame is Fields & HeardFrame {
  switch (frame.type) {
    case 'pong':
      return isPlaceOrNone(frame.head) && isPlaceOrNone(frame.broadcast);
    case 'message':
      return isDelivery(frame) && (frame.room === undefined ? isOfInbox(frame) : isOfRoom(frame, frame.seq));
    case 'recalled':
      return isText(frame.messageId) && isPlaceOrNone(frame.cursor);
    case 'synced':
      return isPlace(frame.cursor);
    case 'toolong':
      // What is missing of a room follows from `joined`.
      return isPlace(frame.head) && frame.room === undefined;
    case 'broadcast':
      return isDelivery(frame) && isPlace(frame.seq);
    case 'receipt':
      return isText(frame.peerId) && [frame.delivered, frame.read, frame.ownRead].every(isPlaceOrNone);
    case 'history':
    case 'conversations':
    case 'blocked':
      return isText(frame.id) && Array.isArray(frame.items || frame.userIds);
    case 'ack':
      return isText(frame.id) && isPlaceOrNone(frame.cursor);
    case 'error':
      return isText(frame.code) && isText(frame.message) && (isText(frame.id) || frame.id === undefined);
    case 'welcome':
      // Less than a second would be a flood of pings; more than a day would be none.
      return (
        isText(frame.epoch) &&
        isPlace(frame.cursor) &&
        isPlace(frame.broadcast) &&
        isPlace(frame.broadcastFrom) &&
        isFrom(1024, frame.maxFrameBytes) &&
        isFrom(1000, frame.pingEveryMs) &&
        isFrom(frame.pingEveryMs + 1, frame.deadAfterMs) &&
        frame.deadAfterMs < 9e7
      );
    case 'goaway':
      return isFrom(0, frame.retryAfterMs);
  }
  return isHeardOfPeople(frame);
}

function isHeardOfPeople(frame: Fields): boolean {
  switch (frame.type) {
    case 'joined':
      return isOfRoom(frame, frame.count) && isPlace(frame.from) && Array.isArray(frame.members);
    case 'members':
      return isOfRoom(frame, frame.count) && (!frame.members || Array.isArray(frame.members));
    case 'entered':
    case 'left':
      return isOfRoom(frame, frame.count) && isText(frame.userId);
    case 'profile':
      return isText(frame.userId);
    case 'presence':
      return isText(frame.userId) && typeof frame.online === 'boolean';
  }
  return false;
}

function isDelivery({ fromUserId, sentAt, message }: Fields): boolean {
  return isText(fromUserId) && isFrom(0, sentAt) && (isText(message) || isFields(message));
}

function isOfInbox({ toUserId, cursor }: Fields): boolean {
  return isText(toUserId) && isPlaceOrNone(cursor);
}

/** Its cursor would be one of the inbox. */
function isOfRoom({ room, cursor }: Fields, place: unknown): boolean {
  return isText(room) && isPlace(place) && cursor === undefined;
}

function isPlaceOrNone(value: unknown): boolean {
  return value === undefined || isPlace(value);
}

function isFrom(least: number, value: unknown): value is number {
  return typeof value === 'number' && value >= least;
}
