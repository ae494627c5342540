/** The types that both entries show. */

export type { JsonObject, MessageContent } from '../../src/model/content.js';
export type { Ack, Conversations, History, MinimClient } from './api.js';
export type { Timing } from './connection/timing.js';
export type { MinimErrorCode } from './errors.js';
export type {
  Broadcast,
  ClientEvents,
  ClosedReason,
  ConnectionState,
  Message,
  Recalled,
  Receipt,
  Refused,
  Sent,
  Synced,
  TooLong,
} from './events.js';
export type { Clock } from './hosts/clock.js';
export type { Platform, PlatformSignal } from './hosts/platform.js';
export type { Storage } from './hosts/storage.js';
export type { Socket, SocketEvents, Transport } from './hosts/transport.js';
export type { ClientOptions, ClientSettings, PageOptions, SendOptions } from './options.js';
