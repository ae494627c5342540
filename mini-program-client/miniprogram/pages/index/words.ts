import type { Ack, ConnectionState, MessageContent } from '../../lib/minim.js';

/** What people read. All of it is here. */

export function wordsForState(state: ConnectionState): string {
  switch (state.phase) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting…';
    case 'connected':
      return 'Connected';
    case 'paused':
      return 'Resting in the background';
    case 'waiting': {
      const why = state.because ? ` (${state.because})` : '';
      return `No connection${why}. Next try in ${Math.ceil(state.retryInMs / 1000)} s`;
    }
    case 'closed':
      return wordsForClose(state.code, state.word);
  }
}

function wordsForClose(code: number, word: string): string {
  if (code === 1000) return 'Disconnected';
  if (word === 'replaced') return 'Disconnected: this device has connected elsewhere';
  if (word === 'too_many_sessions') return 'Disconnected: too many devices are connected';
  return `Disconnected by the server: ${word || code}`;
}

export function wordsForAck(ack: Ack): string {
  const count = ack.delivered;
  if (count === undefined) return 'sent';
  return count === 1 ? 'delivered to 1 device' : `delivered to ${count} devices`;
}

const ERRORS: Readonly<Record<string, string>> = {
  not_connected: 'not sent: there is no connection',
  not_found: 'not delivered: that user is not online',
  too_large: 'not sent: the message is too long',
  timeout: 'no answer came: it may not have arrived',
  connection_lost: 'the connection went before the answer came',
  outbox_full: 'not sent: too many messages are waiting',
};

export function wordsForError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return ERRORS[code] ?? error.message;
}

export function wordsForContent(message: MessageContent): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

export const RECALLED_WORDS = 'taken back by its sender';

/** Hours and minutes, by the clock of this phone. */
export function wordsForTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
