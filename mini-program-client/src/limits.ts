/** The numbers of this client. They have a file without imports, from which the bundle takes them as they are. */

/** More than this is not kept for sending. */
export const MAX_OUTBOX_MESSAGES = 200;
export const MAX_OUTBOX_BYTES = 256 * 1024;

/** A server that is busy says for how long; where it does not, or says nearly nothing, it is not asked all the time. */
export const HOLD_MS = 1000;
export const LEAST_HOLD_MS = 100;

/** So many messages are confirmed at once. */
export const CONFIRM_EVERY = 16;

/** A server that says more is not believed: nobody waits for an hour, and a timer cannot wait for a month. */
export const MAX_RETRY_AFTER_MS = 600_000;

/** The server did not believe the token, or does not any more. */
export const UNAUTHORIZED = 4501;
/** Whoever gives out tokens that are refused so often in a row gives out no good ones. */
export const MAX_REFUSALS = 3;

/** Silent, or too slow [MP-6.2]. It would come again on a connection that has just begun, so that one waits. */
export const COME_BACK_AT_ONCE = 4408;

/** WeChat, and the server that asks it, may take so long. */
export const LOGIN_TIMEOUT_MS = 10_000;
/** A token that is about to run out is not worth a connection. */
export const SPARE_MS = 300_000;

/** Dials in a row that no WebSocket came of: where HTTP works, it is taken from then on. */
export const MISSED_BEFORE_POLLING = 3;
/** The server holds a question for so many seconds while it has nothing to say. */
export const POLL_WAIT_S = 25;
/** Longer than that, and shorter than what most stand between would wait. */
export const CALL_TIMEOUT_MS = 35_000;
/** While polls are asked one after the other, there is a sign of life at least this often. */
export const POLLS_PING_EVERY_MS = 40_000;
export const POLLS_DEAD_AFTER_MS = 50_000;
/** From one question to the next at least, so that a server's limits are kept: after an answer, and after an empty one. */
export const FASTEST_POLL_MS = 200;
export const FASTEST_EMPTY_POLL_MS = 2000;
