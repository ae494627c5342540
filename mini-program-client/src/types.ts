/** The types that both entries show. */

export type { JsonObject, MessageContent } from '../../src/model/content.js';
export type { Ack, Blocked, Conversations, History, MinimClient, Room, RoomHistory } from './api.js';
export type { Timing } from './connection/timing.js';
export type { MinimErrorCode } from './errors.js';
export type {
  Broadcast,
  ClientEvents,
  ClosedReason,
  ConnectionState,
  Entered,
  Joined,
  Left,
  Member,
  Members,
  Message,
  Presence,
  Profile,
  ProfileNotice,
  Recalled,
  Receipt,
  Refused,
  RoomEvents,
  RoomMessage,
  Sent,
  Synced,
  TooLong,
} from './events.js';
export type { Clock } from './hosts/clock.js';
export type { Http, HttpRequest } from './hosts/http.js';
export type { Platform, PlatformSignal } from './hosts/platform.js';
export type { Storage } from './hosts/storage.js';
export type { Socket, SocketEvents, Transport } from './hosts/transport.js';
export type {
  ClientOptions,
  ClientSettings,
  JoinOptions,
  PageOptions,
  ProfileOptions,
  SendOptions,
} from './options.js';
