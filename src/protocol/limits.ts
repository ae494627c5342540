/** Largest frame a client may send, in bytes of UTF-8; beyond it the session is closed 1009 [MP-2.1]. */
export const MAX_FRAME_BYTES = 64 * 1024;

/** Beyond this the transport itself may cut a frame off, and the client sees 1006 [MP-2.1]. */
export const MAX_TRANSPORT_FRAME_BYTES = 128 * 1024;

/** How many objects and arrays of a `message` may stand inside one another [MP-2.10]. */
export const MAX_CONTENT_DEPTH = 64;

/** This many bad frames within `BAD_FRAME_WINDOW_MS` close the session 4400 [MP-2.13]. */
export const MAX_BAD_FRAMES = 20;
export const BAD_FRAME_WINDOW_MS = 60_000;

/** A client pings this long after the last frame it received [MP-5.1]. */
export const PING_EVERY_MS = 15_000;

/** A client takes the connection for dead this long after the last frame it received [MP-5.1]. */
export const DEAD_AFTER_MS = 30_000;

/** A session that came without a token has so long to send one [MP-1.19]. */
export const TOKEN_WITHIN_MS = 5_000;

/** So long before its token runs out a session is told [MP-1.21]. */
export const TOKEN_WARNING_MS = 60_000;

/** With `heartbeat=server` the server sends a pong after this long without sending anything [MP-1.7]. */
export const SERVER_HEARTBEAT_MS = 20_000;

/** The version of this protocol, as in `?v=1` and in `welcome` [MP-1.4]. */
export const PROTOCOL_VERSION = 1;

/** One page of catching up [MP-3.6]; a plain session gets fewer at a time, so that they don't stall a page. */
export const CATCH_UP_MESSAGES = 100;
export const CATCH_UP_MESSAGES_PLAIN = 20;
export const CATCH_UP_BYTES = 64 * 1024;

/** Items of an answer to `history` or `conversations` when none are asked for, at most, and their content in bytes. */
export const PAGE_ITEMS = 50;
export const MAX_PAGE_ITEMS = 200;
export const MAX_PAGE_BYTES = 224 * 1024;

/** Of the broadcasts that a session missed, the newest so many and so many bytes are replayed [MP-4.2]. */
export const REPLAY_ITEMS = 200;
export const REPLAY_BYTES = 256 * 1024;

/** A full session for which more waits than this is not pushed to [MP-3.6]. */
export const PAUSE_ABOVE_BYTES = 64 * 1024;

/** A session that reads nothing for so long is closed 4408 [MP-3.6]. */
export const SLOW_FOR_MS = 30_000;

/** Polls of an inbox over HTTP that may wait, of one user and of a node; each for so many seconds at most. */
export const MAX_POLLS_OF_USER = 4;
export const MAX_POLLS = 10_000;
export const MAX_POLL_WAIT_S = 25;

/** Rooms that one session may be in [MP-4.4]. */
export const MAX_ROOMS = 50;

/** So many of a room's members stand in `joined` [MP-4.4]. */
export const JOINED_MEMBERS = 100;

/** Where more are in a room, comings and goings are told as a count, once in so long [MP-4.8]. */
export const CROWD_ABOVE = 200;
export const CROWD_EVERY_MS = 1_000;

/** Users that one session may watch [MP-7.1]. */
export const MAX_WATCHED = 200;

/** Who comes back within this time was not gone, as watchers see it [MP-7.2]. */
export const OFFLINE_AFTER_MS = 5_000;

/** After `busy`, sends of that session are refused for so long [MP-3.7]. */
export const BUSY_HOLD_MS = 500;

/** For so much longer the first one that was refused has to come first [MP-3.7]. */
export const HOLD_TURN_MS = 30_000;
