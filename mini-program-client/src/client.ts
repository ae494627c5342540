import { FRAME_ID_FORM, isFrameId } from '../../src/model/ids.js';
import type {
  BroadcastFrame,
  ConversationsFrame,
  ErrorFrame,
  HistoryFrame,
  MessageFrame,
} from '../../src/protocol/frames.js';
import { MAX_FRAME_BYTES } from '../../src/protocol/limits.js';
import { websocketUrl } from './address.js';
import type { Ack, Conversations, History, MinimClient, RoomHistory } from './api.js';
import { createConnection } from './connection/connection.js';
import { isExpiring } from './connection/next.js';
import type { State } from './connection/state.js';
import { DEFAULT_TIMING, type Timing } from './connection/timing.js';
import { deviceIn } from './device.js';
import { MinimError, type MinimErrorCode } from './errors.js';
import { type ClientEvents, publicState } from './events.js';
import type { Draft, HeardFrame } from './frames.js';
import { systemClock } from './hosts/clock.js';
import { memoryStorage, shelfIn } from './hosts/storage.js';
import { idMaker } from './ids.js';
import { CURSOR_KEY, OUTBOX_KEY } from './keys.js';
import { COME_BACK_AT_ONCE } from './limits.js';
import { createListeners } from './listeners.js';
import { createMarks } from './marks.js';
import type { ClientOptions, PageOptions } from './options.js';
import { createOutgoing } from './outgoing.js';
import { openPolls } from './polling/polls.js';
import { createReceiving } from './receiving.js';
import { createRooms } from './rooms.js';
import { type AnswerFrame, createSends } from './sends.js';
import { utf8Length } from './utf8.js';
import { createWatching } from './watching.js';

/**
 * A client for any host: give it a transport and, if there is one, a platform. Nothing is dialled yet.
 *
 * @throws MinimError `bad_argument` when url, user or device cannot be right
 */
export function createClient(options: ClientOptions): MinimClient {
  const { transport, platform, userId, token, clock = systemClock, random = Math.random } = options;
  const { http, fallback = true } = options;
  const { storage = memoryStorage(), device = deviceIn(storage, random) } = options;
  const timing: Timing = Object.assign({}, DEFAULT_TIMING, options.timing);
  const { confirmAfterMs, sendTimeoutMs } = timing;
  const listeners = createListeners<ClientEvents>();
  const sends = createSends(clock);
  const newId = idMaker(random);
  const tokenId = newId();
  const address = websocketUrl(options, device);
  const link = { clock, isOpen, send: (text: string) => connection.send(text), tellServer };
  const receiving = createReceiving(
    Object.assign({ shelf: shelfIn(storage, CURSOR_KEY + address), confirmAfterMs }, link),
  );
  const outgoing = createOutgoing(
    Object.assign({}, link, {
      shelf: shelfIn(storage, OUTBOX_KEY + address),
      isOpen: takesSends,
      prepare,
      onSent: tell('sent'),
      onRefused: tell('refused'),
    }),
  );
  const again = Object.assign({ newId, store, askForPage }, link, outgoing);
  const rooms = createRooms(again);
  const watching = createWatching(again);
  const marks = createMarks(link);
  const connection = createConnection({
    url,
    poll: http && fallback ? (proof, events) => openPolls(http, clock, url, proof, events) : undefined,
    ping: () => {
      marks.asked();
      return receiving.ping();
    },
    token,
    show: (value) => toJson(tokenId, { type: 'token', token: value }),
    transport,
    clock,
    random,
    timing,
    onNoToken: tell('error'),
    onFrame,
    onChange,
  });
  const { dispatch } = connection;
  let stopListening: (() => void) | null = null;
  let maxFrameBytes = MAX_FRAME_BYTES;

  function tell<Name extends keyof ClientEvents>(name: Name): (value: ClientEvents[Name]) => void {
    return (value) => listeners.tell(name, value);
  }

  function url(): string {
    return address + receiving.query();
  }

  /** There is a WebSocket, that everything goes through. */
  function isOpen(): boolean {
    return takesSends() && !connection.state().polling;
  }

  /** Or polls, that messages to users go through. */
  function takesSends(): boolean {
    return connection.state().socket === 'open';
  }

  /** Rooms come before what is said in them. */
  function prepare(): boolean {
    if (!isOpen()) return true;
    watching.askAll();
    return rooms.enterAll();
  }

  function tellServer(frame: Draft): void {
    connection.send(JSON.stringify(frame));
  }

  function store(frame: Draft<MessageFrame | BroadcastFrame>, id = newId()): Promise<Ack> {
    const text = toJson(id, frame);
    const refusal = refuse(id, text);
    return refusal ? Promise.reject(refusal) : outgoing.add(id, text);
  }

  function ask<Answer extends AnswerFrame>(
    type: Answer['type'],
    frame: Draft,
    id = newId(),
    timeoutMs = sendTimeoutMs,
  ): Promise<Answer> {
    const text = toJson(id, frame);
    const refusal = refuse(id, text) || refuseNow(id);
    if (refusal) return Promise.reject(refusal);
    const answer = sends.wait<Answer>(type, id, timeoutMs);
    connection.send(text);
    return answer;
  }

  function askForPage<Answer extends History | RoomHistory | Conversations>(
    frame: Draft<HistoryFrame | ConversationsFrame>,
    { before, limit }: PageOptions = {},
  ): Promise<Answer> {
    return ask(frame.type, Object.assign({ before, limit }, frame));
  }

  function refuse(id: string, text: string): MinimError | null {
    const because = (code: MinimErrorCode, explanation: string) => new MinimError(code, explanation, id);
    if (!isFrameId(id)) return because('bad_argument', `id must be ${FRAME_ID_FORM}, got "${id}"`);
    if (sends.has(id) || outgoing.has(id)) {
      return because('bad_argument', `id "${id}" is waiting for its answer`);
    }
    if (!text) return because('bad_argument', 'message must be text or JSON');
    const bytes = utf8Length(text);
    return bytes > maxFrameBytes ? because('too_large', `${bytes} bytes, at most ${maxFrameBytes} can be sent`) : null;
  }

  function refuseNow(id: string): MinimError | null {
    if (isOpen()) return null;
    return new MinimError('not_connected', `not connected, ${publicState(connection.state()).phase}`, id);
  }

  function onFrame(frame: HeardFrame): void {
    if (!receiving.hear(frame, () => onNews(frame))) {
      // As when the server gives a slow reader up: at once if the connection had lived, else after a while.
      dispatch({ type: 'lost', socket: connection.state().generation, code: COME_BACK_AT_ONCE, word: 'gap' });
    } else if (frame.type === 'welcome') {
      maxFrameBytes = frame.maxFrameBytes;
      rooms.meet(frame.epoch);
      marks.resend();
      const gone = receiving.forgotten(frame);
      if (gone) onFrame(gone);
    }
  }

  function onNews(frame: HeardFrame): void {
    switch (frame.type) {
      case 'pong':
        return marks.answered();
      case 'error':
        return onError(frame);
      case 'ack':
        return outgoing.ack(frame) ? undefined : sends.answer(frame);
      case 'history':
      case 'conversations':
      case 'blocked':
        return sends.answer(frame);
      case 'joined':
      case 'entered':
      case 'left':
      case 'members':
        return rooms.hear(frame);
      case 'profile':
        rooms.repaint(frame);
        return listeners.tell('profile', frame);
      case 'presence':
        return watching.hear(frame) ? listeners.tell('presence', frame) : undefined;
      case 'receipt':
        return marks.rise(frame) ? listeners.tell('receipt', frame) : undefined;
      case 'message':
        return 'room' in frame ? rooms.hear(frame) : listeners.tell('message', frame);
      case 'broadcast':
      case 'recalled':
      case 'synced':
      case 'toolong':
        return listeners.tell(frame.type, frame);
    }
  }

  function onError(frame: ErrorFrame): void {
    const { id, code, message, retryAfterMs } = frame;
    // A server that asks for no token has no use for one.
    if (token && (isExpiring(frame) || (id === tokenId && code === 'unsupported'))) return;
    const error = new MinimError(code, message, id, retryAfterMs);
    const isAnswer =
      rooms.fail(error) || watching.fail(error) || outgoing.error(error) || (id !== undefined && sends.fail(id, error));
    if (!isAnswer) listeners.tell('error', error);
  }

  function onChange(before: State, now: State): void {
    const wasOpen = before.socket === 'open';
    if (wasOpen && !takesSends()) sends.failAll('the connection was lost');
    const state = publicState(now);
    const phaseBefore = publicState(before).phase;
    if (state.phase !== phaseBefore) {
      const paused = state.phase === 'paused';
      sends.setPaused(paused);
      outgoing.setPaused(paused || !now.wanted);
    }
    receiving.setActive(isOpen() && !now.away);
    if (takesSends() && !wasOpen) {
      rooms.leaveAll();
      watching.forget();
      outgoing.resend();
    }
    if (state.phase === phaseBefore) return;
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
        stopListening = platform.listen((signal) => {
          if (signal.type === 'background') receiving.confirm();
          dispatch(signal);
        });
        // What happened while nobody listened is not known; an app that connects is taken to be in the foreground.
        dispatch({ type: 'foreground' });
      }
      dispatch({ type: 'connect' });
    },
    close() {
      receiving.confirm();
      dispatch({ type: 'close' });
      outgoing.giveUpWaiting();
      if (stopListening) stopListening();
      stopListening = null;
    },
    send: (toUserId, message, { id, timeoutMs, ephemeral, ttlS } = {}) => {
      const frame = { type: 'message', toUserId, message, ephemeral, ttlS } as const;
      return ephemeral ? ask('ack', frame, id, timeoutMs) : store(frame, id);
    },
    broadcast: (message, { id } = {}) => store({ type: 'broadcast', message }, id),
    read: marks.read,
    recall: (messageId) => ask('ack', { type: 'recall', messageId }),
    history: (peerId, options) => askForPage({ type: 'history', peerId }, options),
    conversations: (options) => askForPage({ type: 'conversations' }, options),
    join: rooms.join,
    setProfile: ({ nickname, avatar, invisible }) => ask('ack', { type: 'profile', nickname, avatar, invisible }),
    block: (blocked) => ask('ack', { type: 'block', userId: blocked }),
    unblock: (blocked) => ask('ack', { type: 'unblock', userId: blocked }),
    blocked: () => ask('blocked', { type: 'blocked' }),
    watch: watching.watch,
    unwatch: watching.unwatch,
    on: listeners.add,
  };
}

/** Empty for what JSON cannot say, like an object that holds itself. */
function toJson(id: string, frame: object): string {
  try {
    return JSON.stringify(Object.assign({ id }, frame));
  } catch {
    return '';
  }
}
