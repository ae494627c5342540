import { errorOf, type MinimError } from '../errors.js';
import { type HeardFrame, parseFrame } from '../frames.js';
import type { Clock } from '../hosts/clock.js';
import { tryTo } from '../hosts/storage.js';
import { ABNORMAL, ignore, NO_SOCKET, type Socket, type Transport } from '../hosts/transport.js';
import { isText } from '../json.js';
import type { PollEvents } from '../polling/polls.js';
import { isPolling, next } from './next.js';
import { type ConnectionEvent, type Effect, IDLE, type State } from './state.js';
import type { Timing } from './timing.js';

export interface ConnectionOptions {
  /** Where to dial this time. */
  url(): string;
  /** The text of a ping now. */
  ping(): string;
  /** Asks for a token; `renew` when the last one is of no use any more. */
  readonly token?: ((renew: boolean) => string | Promise<string>) | undefined;
  /** The text that shows it. */
  show(token: string): string;
  /** Opens what stands for a socket where WebSockets die; absent where nothing does. */
  readonly poll?: ((token: string, events: PollEvents) => Socket) | undefined;
  /** There was no token when one was needed. */
  onNoToken(error: MinimError): void;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timing: Timing;
  /** A frame that came on the current socket, after `onChange` for it; never while another is being handled. */
  onFrame(frame: HeardFrame): void;
  /** After everything that the change asks for was done. */
  onChange(before: State, now: State): void;
}

export interface Connection {
  state(): State;
  /** Events that happen while another is being handled wait for their turn, so that each sees a whole state. */
  dispatch(event: ConnectionEvent): void;
  /** Hands a text to the open socket; what goes wrong is told as the loss of the connection. */
  send(text: string): void;
}

/** Holds the state, and does what `next` asks for. Whatever has to be decided is decided there. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, ping, token, show, poll, transport, clock, random, timing, onNoToken, onFrame, onChange } = options;
  let state = IDLE;
  let socket: Socket = NO_SOCKET;
  let stopTimer = ignore;
  /** Ends the try of a WebSocket, and those to come. */
  let stopTrial = ignore;
  let stepping = false;
  const events: ConnectionEvent[] = [];

  function dispatch(event: ConnectionEvent): void {
    events.push(event);
    if (stepping) return;
    stepping = true;
    for (let first = events.shift(); first; first = events.shift()) step(first);
    stepping = false;
  }

  function step(event: ConnectionEvent): void {
    const before = state;
    const after = next(before, event, { now: clock.now(), random: random(), timing, canAsk: !!token, canPoll: !!poll });
    state = after.state;
    if (state.timer !== before.timer) {
      stopTimer();
      stopTimer = state.timer ? clock.after(state.timer.ms, () => dispatch({ type: 'timer' })) : ignore;
    }
    if (!isPolling(state)) endTrial();
    for (const effect of after.effects) attempt(() => perform(effect));
    onChange(before, state);
    if (event.type === 'heard' && event.frame && isCurrent(event.socket)) onFrame(event.frame);
  }

  function isCurrent(generation: number): boolean {
    return generation === state.generation && state.socket === 'open';
  }

  function perform(effect: Effect): void {
    if (effect === 'dial') socket = dial(state);
    else if (effect === 'ask') ask(state);
    else if (effect === 'hang-up') socket.close();
    else if (effect === 'try') trial();
    else socket.send(effect === 'ping' ? ping() : show(state.proof || ''));
  }

  function ask({ generation, refusals, socket: phase }: State): void {
    new Promise<unknown>((resolve) => resolve((token || ignore)(phase === 'open' || refusals > 0))).then(
      (proof) => {
        if (proof && isText(proof)) dispatch({ type: 'token', socket: generation, proof });
        else failed(generation, 'token gave no text');
      },
      (reason) => failed(generation, reason),
    );
  }

  /** Without a token a dial has failed; a connection that is open lives on until the old one has run out. */
  function failed(generation: number, reason: unknown): void {
    if (generation !== state.generation || state.socket === 'none') return;
    const error = errorOf(reason);
    onNoToken(error);
    if (state.socket !== 'dialling') return;
    const { message: word, retryAfterMs } = error;
    dispatch({ type: 'lost', socket: generation, code: ABNORMAL, word, retryAfterMs });
  }

  function dial({ generation, polling, proof }: State): Socket {
    const heard = (frame: HeardFrame | null) => dispatch({ type: 'heard', socket: generation, frame });
    const lost = (code: number, word: string) => dispatch({ type: 'lost', socket: generation, code, word });
    if (polling && poll && proof) return poll(proof, { heard, lost });
    const opened = () => heard(null);
    const received = (text: string) => heard(parseFrame(text));
    return transport.open(url(), { opened, received, lost }, timing.connectTimeoutMs);
  }

  /** Dials a WebSocket while it polls, now and every so often, and uses none: any that opens will do. */
  function trial(): void {
    endTrial();
    const stopNext = clock.after(timing.trialEveryMs, trial);
    const opened = () => dispatch({ type: 'better' });
    let tried = NO_SOCKET;
    tryTo(() => {
      tried = transport.open(url(), { opened, received: opened, lost: ignore }, timing.connectTimeoutMs);
    });
    stopTrial = () => {
      stopNext();
      tried.close();
    };
  }

  function endTrial(): void {
    stopTrial();
    stopTrial = ignore;
  }

  /** A platform that throws has lost its socket. */
  function attempt(action: () => void): void {
    const { generation } = state;
    try {
      action();
    } catch (error) {
      dispatch({ type: 'lost', socket: generation, code: ABNORMAL, word: String(error) });
    }
  }

  return { state: () => state, dispatch, send: (text) => attempt(() => socket.send(text)) };
}
