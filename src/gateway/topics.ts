import type { RoomName } from '../model/ids.js';

/** Every current session is subscribed to it. */
export const EVERYONE = 'everyone';

/** Of the sessions that have joined the room. */
export function roomTopic(room: RoomName): string {
  return `room:${room}`;
}

/** Of those that asked for the whole list of who is in the room, too. */
export function roomListTopic(room: RoomName): string {
  return `list:${room}`;
}
