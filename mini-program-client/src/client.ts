import type { MessageContent } from '../../src/model/content.js';
import { FRAME_ID_FORM, isFrameId } from '../../src/model/ids.js';
import type { AckFrame, BroadcastFrame, ErrorFrame, MessageFrame } from '../../src/protocol/frames.js';
import { MAX_FRAME_BYTES } from '../../src/protocol/limits.js';
import { websocketUrl } from './address.js';
import { createConnection } from './connection/connection.js';
import type { State } from './connection/state.js';
import { DEFAULT_TIMING, type Timing } from './connection/timing.js';
import { MinimError, type MinimErrorCode } from './errors.js';
import { type ClientEvents, type ConnectionState, publicState } from './events.js';
import type { HeardFrame } from './frames.js';
import { systemClock } from './hosts/clock.js';
import { idMaker } from './ids.js';
import { createListeners } from './listeners.js';
import type { ClientOptions, SendOptions } from './options.js';
import { createSends } from './sends.js';
import { utf8Length } from './utf8.js';

/** The server's answer to a send. */
export type Ack = AckFrame;

/**
 * One user's connection to a Minim server. It is kept up, through lost networks, restarts of the server and the
 * background, until `close()` or until the server says to stay away. At most one socket is dialling or open at any time.
 *
 * Nothing is sent a second time by itself: a send that was not acknowledged is rejected, and the app decides.
 */
export interface MinimClient {
  readonly userId: string;
  readonly state: ConnectionState;

  /** Dials, and from then on stays connected. While waiting it dials at once; otherwise a second call changes nothing. */
  connect(): void;

  /** Hangs up, and stays away until `connect()`. Sends without an answer are rejected with `connection_lost`. */
  close(): void;

  /**
   * Sends `message`, a non-empty text or any JSON object or array, to one user. What is sent to one user arrives in the
   * order of these calls.
   *
   * @returns the server's ack; `delivered` says to how many sessions of that user it was handed
   * @throws MinimError, always as a rejection; `MinimErrorCode` says what each code means for the message
   */
  send(toUserId: string, message: MessageContent, options?: SendOptions): Promise<Ack>;

  /**
   * Sends `message` to everyone who is online; to the sender's own sessions too, this one included.
   *
   * @returns the server's ack; `delivered` says to how many sessions it was handed
   * @throws MinimError as `send` does
   */
  broadcast(message: MessageContent): Promise<Ack>;

  /** Calls `listener` on every such event, until the function that comes back is called. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void;
}

/**
 * A client for any host: give it a transport and, if there is one, a platform. Nothing is dialled yet.
 *
 * @throws MinimError `bad_argument` when url, user or device cannot be right
 */
export function createClient(options: ClientOptions): MinimClient {
  const { transport, platform, userId, clock = systemClock, random = Math.random } = options;
  const timing: Timing = Object.assign({}, DEFAULT_TIMING, options.timing);
  const listeners = createListeners<ClientEvents>();
  const sends = createSends(clock);
  const newId = idMaker(random);
  const url = websocketUrl(options);
  const connection = createConnection({ url, transport, clock, random, timing, onFrame, onChange });
  const { dispatch } = connection;
  let stopListening: (() => void) | null = null;

  function ask(frame: Asked<MessageFrame> | Asked<BroadcastFrame>, timeoutMs: number): Promise<Ack> {
    const text = toJson(frame);
    const refusal = refuse(frame.id, text);
    if (refusal) return Promise.reject(refusal);
    const answer = sends.wait(frame.id, timeoutMs);
    connection.send(text);
    return answer;
  }

  function refuse(id: string, text: string): MinimError | null {
    const because = (code: MinimErrorCode, explanation: string) => new MinimError(code, explanation, id);
    if (!isFrameId(id)) return because('bad_argument', `id must be ${FRAME_ID_FORM}, got "${id}"`);
    if (sends.has(id)) return because('bad_argument', `a send with the id "${id}" is waiting for its answer`);
    if (!text) return because('bad_argument', 'message must be text or JSON');
    const bytes = utf8Length(text);
    if (bytes > MAX_FRAME_BYTES) return because('too_large', `${bytes} bytes, at most ${MAX_FRAME_BYTES} can be sent`);
    if (connection.state().socket === 'open') return null;
    return because('not_connected', `not connected, ${publicState(connection.state()).phase}`);
  }

  function onFrame(frame: HeardFrame): void {
    if (frame.type === 'ack') sends.ack(frame);
    else if (frame.type === 'error') onError(frame);
    else if (frame.type === 'message') listeners.tell('message', frame);
    else if (frame.type === 'broadcast') listeners.tell('broadcast', frame);
  }

  function onError({ id, code, message, retryAfterMs }: ErrorFrame): void {
    const error = new MinimError(code, message, id, retryAfterMs);
    if (id === undefined || !sends.fail(id, error)) listeners.tell('error', error);
  }

  function onChange(before: State, now: State): void {
    if (before.socket === 'open' && now.socket !== 'open') sends.failAll('the connection went before the answer came');
    const state = publicState(now);
    if (state.phase === publicState(before).phase) return;
    sends.setPaused(state.phase === 'paused');
    listeners.tell('state', state);
    if (now.ended) listeners.tell('closed', now.ended);
  }

  return {
    userId,
    get state() {
      return publicState(connection.state());
    },
    connect() {
      if (platform && !stopListening) {
        stopListening = platform.listen(dispatch);
        // What happened while nobody listened is not known; an app that connects is taken to be in the foreground.
        dispatch({ type: 'foreground' });
      }
      dispatch({ type: 'connect' });
    },
    close() {
      dispatch({ type: 'close' });
      if (stopListening) stopListening();
      stopListening = null;
    },
    send: (toUserId, message, { id = newId(), timeoutMs = timing.sendTimeoutMs, ephemeral, ttlS } = {}) =>
      ask({ type: 'message', id, toUserId, message, ephemeral, ttlS }, timeoutMs),
    broadcast: (message) => ask({ type: 'broadcast', id: newId(), message }, timing.sendTimeoutMs),
    on: listeners.add,
  };
}

/** With an id, to get an answer. A field that is undefined does not reach the wire. */
type Asked<Frame> = { readonly [Name in keyof Frame]: Frame[Name] | undefined } & { readonly id: string };

/** Empty for what JSON cannot say, like an object that holds itself. */
function toJson(frame: object): string {
  try {
    return JSON.stringify(frame);
  } catch {
    return '';
  }
}
