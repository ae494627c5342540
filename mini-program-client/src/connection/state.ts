import type { Close } from '../../../src/protocol/codes.js';
import { DEAD_AFTER_MS, PING_EVERY_MS } from '../../../src/protocol/limits.js';
import type { HeardFrame } from '../frames.js';
import type { Timing } from './timing.js';

/** A new object starts the timer anew; the same object leaves it running. */
export interface Timer {
  readonly ms: number;
}

/** Everything that is known about the connection. Its phase, which the app is told, follows from it. */
export interface State {
  /** `connect()` was called, and nothing has ended it since. */
  readonly wanted: boolean;
  /** The app is in the background. */
  readonly away: boolean;
  readonly socket: 'none' | 'dialling' | 'open';
  /** This socket is none: it polls, because no WebSocket came of the last dials. */
  readonly polling: boolean;
  /** Dials in a row that no WebSocket came of. */
  readonly missed: number;
  /** The number of the last socket dialled. A `SocketTask` has no `off*`: events of any other socket are stale. */
  readonly generation: number;
  /** The only timer there is. */
  readonly timer: Timer | null;

  /** What is shown to the server first on this connection; null until it is there, and where none is asked for. */
  readonly proof: string | null;
  /** Tokens that the server refused in a row. */
  readonly refusals: number;

  /** Dials that failed in a row. */
  readonly failures: number;
  /** The app or the network came back, and nothing was heard since: the socket may have died unnoticed. */
  readonly fresh: boolean;
  /** A ping was sent, and nothing was heard since. */
  readonly probing: boolean;

  readonly openedAt: number;
  readonly pingEveryMs: number;
  readonly deadAfterMs: number;
  /** The server is going, and said when to come back. */
  readonly retryAfterMs: number | null;
  /** What the `error` frame before a close for good said: not every platform tells the code of a close [MP-6.1]. */
  readonly told: Close | null;
  /** Why the last socket went, in the words of the platform or the server; may be empty. */
  readonly because: string;
  /** Why nothing is wanted any more. */
  readonly ended: Close | null;
}

export type ConnectionEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'close' }
  /** `drop`: the platform wants the socket closed, as for a page that goes to the back/forward cache. */
  | { readonly type: 'background'; readonly drop: boolean }
  | { readonly type: 'foreground' }
  | { readonly type: 'network'; readonly up: boolean }
  /** The token that was asked for on behalf of that socket. */
  | { readonly type: 'token'; readonly socket: number; readonly proof: string }
  /** The socket opened, or a text came; `frame` is null when it was none that this client knows. */
  | { readonly type: 'heard'; readonly socket: number; readonly frame: HeardFrame | null }
  | {
      readonly type: 'lost';
      readonly socket: number;
      readonly code: number;
      readonly word: string;
      /** Whoever gives out tokens said when to come back. */
      readonly retryAfterMs?: number | undefined;
    }
  /** While it polls: a WebSocket has opened. */
  | { readonly type: 'better' }
  /** The timer ran out. */
  | { readonly type: 'timer' };

/** `hang-up` is for the socket before this step, all others are for the one after it; `ask` is for a token; `try`, whether WebSockets open. */
export type Effect = 'hang-up' | 'ask' | 'dial' | 'show' | 'ping' | 'try';

export interface Step {
  readonly state: State;
  /** To be done in this order. */
  readonly effects: readonly Effect[];
}

/** What `next` may not find out by itself. */
export interface Given {
  readonly now: number;
  /** From 0 up to but not including 1, drawn for this step. */
  readonly random: number;
  readonly timing: Timing;
  /** There is somebody to ask for tokens. */
  readonly canAsk: boolean;
  /** Where WebSockets die, there is another way. */
  readonly canPoll: boolean;
}

/** What is known about a connection before it has said anything. */
export const NEW_LINK = {
  probing: false,
  proof: null,
  pingEveryMs: PING_EVERY_MS,
  deadAfterMs: DEAD_AFTER_MS,
  retryAfterMs: null,
  told: null,
};

export const IDLE: State = Object.assign(
  {
    wanted: false,
    away: false,
    socket: 'none' as const,
    polling: false,
    missed: 0,
    generation: 0,
    timer: null,
    failures: 0,
    refusals: 0,
    fresh: false,
    openedAt: 0,
    because: '',
    ended: null,
  },
  NEW_LINK,
);

export function change(state: State, changes: Partial<State>): State {
  return Object.assign({}, state, changes);
}

/**
 * The only way from one state to another, so what it holds, holds always: a socket that is not wanted any more is hung
 * up, and no timer runs in the background or when no connection is wanted.
 */
export function move(state: State, changes: Partial<State> = {}, ...effects: Effect[]): Step {
  const after = change(state, changes);
  if (state.socket !== 'none' && changes.socket && changes.socket !== 'open') effects.unshift('hang-up');
  return { state: after.wanted && !after.away ? after : change(after, { timer: null }), effects };
}
