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

/** With `heartbeat=server` the server sends a pong after this long without sending anything [MP-1.7]. */
export const SERVER_HEARTBEAT_MS = 20_000;

/** The version of this protocol, as in `?v=1` and in `welcome` [MP-1.4]. */
export const PROTOCOL_VERSION = 1;
