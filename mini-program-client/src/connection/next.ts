import { type Close, isFinalClose } from '../../../src/protocol/codes.js';
import type { HeardFrame } from '../frames.js';
import { ABNORMAL } from '../hosts/transport.js';
import { COME_BACK_AT_ONCE, MAX_REFUSALS, MISSED_BEFORE_POLLING, UNAUTHORIZED } from '../limits.js';
import { backoffMs } from './backoff.js';
import { newsOf } from './news.js';
import {
  type ConnectionEvent,
  change,
  type Effect,
  type Given,
  move,
  NEW_LINK,
  type State,
  type Step,
} from './state.js';

/**
 * The whole life of a connection: where it goes from `state` when `event` happens, and what has to be done for it. Pure.
 * Whatever comes together (close, error, failed dial, silence), it moves once: the second finds no socket any more.
 */
export function next(state: State, event: ConnectionEvent, given: Given): Step {
  switch (event.type) {
    case 'connect':
      return connect(state, given);
    case 'close':
      return state.ended ? move(state) : end(state, { code: 1000, word: '' });
    case 'background':
      return move(state, event.drop || state.polling ? { away: true, socket: 'none' } : { away: true });
    case 'foreground':
      return wake(state, given);
    case 'network':
      // Also when it went: an open socket may live on, on another network, and is asked.
      return !state.away && (event.up || state.socket === 'open') ? wake(state, given) : move(state);
    case 'timer':
      return timeUp(state, given);
    case 'better':
      return isPolling(state) ? dial(state, { missed: MISSED_BEFORE_POLLING - 1 }, given) : move(state);
  }
  // A socket that was given up still talks.
  if (state.socket === 'none' || event.socket !== state.generation) return move(state);
  switch (event.type) {
    case 'token':
      return arrived(state, event.proof, given);
    case 'heard':
      return heard(state, event.frame, given);
    case 'lost': {
      const { code, word, retryAfterMs = state.retryAfterMs } = event;
      return lost(change(state, { retryAfterMs }), code, word, given);
    }
  }
}

function connect(state: State, given: Given): Step {
  if (!state.wanted)
    return dial(state, { wanted: true, ended: null, failures: 0, refusals: 0, missed: 0, fresh: false }, given);
  return state.socket === 'none' ? dial(state, {}, given) : move(state);
}

/** The app or the network is back. What was waited for is done now, what may have died is looked at. */
function wake(state: State, given: Given): Step {
  if (!state.wanted) return move(state, { away: false });
  if (state.socket === 'open') return probe(change(state, { away: false, fresh: true }), given.timing.probeMs);
  if (state.socket === 'dialling' && !state.away) return move(state, { fresh: true });
  // A dial that was under way when the app went to the background is begun again: its failure may never be told.
  return dial(state, { away: false, fresh: true }, given);
}

function timeUp(state: State, given: Given): Step {
  if (state.socket === 'none') return dial(state, {}, given);
  if (state.socket === 'dialling' || state.probing) return lost(state, ABNORMAL, 'no answer', given);
  // From the ping on, not from the last frame: a timer that was held up must not take a live connection for dead.
  const { timing } = given;
  return probe(state, (timing.deadAfterMs || state.deadAfterMs) - (timing.pingEveryMs || state.pingEveryMs));
}

function probe(state: State, ms: number): Step {
  const effects: Effect[] = state.polling ? ['ping', 'try'] : ['ping'];
  return move(state, { probing: true, timer: { ms } }, ...effects);
}

/** A token: for the dial that waits for it, or in place of the one that runs out. In the background there is no dial. */
function arrived(state: State, proof: string, { timing }: Given): Step {
  if (state.socket === 'open') return move(state, { proof }, 'show');
  return state.away ? move(state) : move(state, { proof, timer: { ms: timing.connectTimeoutMs } }, 'dial');
}

function heard(state: State, frame: HeardFrame | null, given: Given): Step {
  const after = frame ? change(state, newsOf(frame)) : state;
  const opening = state.socket !== 'open';
  const { polling, proof } = state;
  // Over HTTP the token was in the question; and where HTTP gets through again, WebSockets may, too.
  const effects: Effect[] = opening && proof ? [polling ? 'try' : 'show'] : [];
  if (given.canAsk && frame && isExpiring(frame)) effects.push('ask');
  const changes: Partial<State> = {
    socket: 'open',
    missed: polling ? MISSED_BEFORE_POLLING : 0,
    openedAt: opening ? given.now : state.openedAt,
    fresh: false,
    probing: false,
    timer: { ms: given.timing.pingEveryMs || after.pingEveryMs },
  };
  return move(after, changes, ...effects);
}

export function isPolling({ polling, socket }: State): boolean {
  return polling && socket === 'open';
}

export function isExpiring(frame: HeardFrame): boolean {
  return frame.type === 'error' && frame.code === 'token_expiring';
}

function lost(state: State, code: number, word: string, given: Given): Step {
  // A code of the server's own is the last word; anything below may be the platform's invention.
  const close = code < 4000 && state.told ? state.told : { code, word };
  const refusals = state.refusals + Number(close.code === UNAUTHORIZED);
  const mayRenew = given.canAsk && refusals !== state.refusals && refusals < MAX_REFUSALS;
  // Over HTTP nothing is for good: a server that asks for no tokens polls nobody, in the words of one that believes none.
  if (isFinalClose(close.code) && !mayRenew && !state.polling) return end(state, close);
  return lose(change(state, { because: close.word, refusals, missed: missedNow(state) }), close.code, given);
}

/** When HTTP does not get through either, that says nothing of WebSockets: one is dialled next. */
function missedNow({ socket, polling, missed, proof }: State): number {
  if (socket === 'open') return missed;
  return polling ? MISSED_BEFORE_POLLING - 1 : missed + Number(!!proof);
}

function end(state: State, ended: Close): Step {
  return move(state, { wanted: false, socket: 'none', ended });
}

/** The dial failed or the connection has gone, and it is wanted still: when is the next dial? */
function lose(state: State, code: number, given: Given): Step {
  // Phones cut sockets in the background: that is no failure.
  if (state.away) return move(state, { socket: 'none' });
  const { timing, random } = given;
  const open = state.socket === 'open';
  const stable = open && given.now - state.openedAt >= timing.stableAfterMs;
  const failures = stable ? 0 : state.failures;
  if ((open && state.fresh) || (stable && code === COME_BACK_AT_ONCE)) return dial(state, { failures }, given);
  if (state.fresh) return wait(state, timing.quickRetryMs, failures);
  // Everyone was told the same: the random part keeps them from coming back all at once.
  if (state.retryAfterMs !== null) return wait(state, state.retryAfterMs + backoffMs(0, random, timing), failures);
  return wait(state, backoffMs(failures, random, timing), failures + 1);
}

function wait(state: State, ms: number, failures: number): Step {
  return move(state, { socket: 'none', failures, fresh: false, timer: { ms } });
}

/** The only way to a socket, or to what stands for one, with a token first where there are any. In the background there is none: the foreground dials. */
function dial(state: State, changes: Partial<State>, { timing, canAsk, canPoll }: Given): Step {
  const after = Object.assign({ away: state.away, missed: state.missed }, NEW_LINK, changes);
  if (after.away) return move(state, Object.assign(after, { socket: 'none' }));
  const timer = { ms: timing.connectTimeoutMs };
  const polling = canPoll && after.missed >= MISSED_BEFORE_POLLING;
  const generation = state.generation + 1;
  const changed = Object.assign(after, { socket: 'dialling' as const, polling, generation, timer });
  return move(state, changed, canAsk ? 'ask' : 'dial');
}
