import type { RoomName } from './ids.js';

/** The place of everyone who has a session anywhere. No room has an empty name. */
export const ONLINE = '';

/** Where a user can be: in a room, or just online. */
export type Place = RoomName | typeof ONLINE;
