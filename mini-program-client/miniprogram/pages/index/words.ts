import type { ConnectionState, MessageContent } from '../../lib/minim.js';

/** What people read. All of it is here. */

export function wordsForState(state: ConnectionState): string {
  switch (state.phase) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting…';
    case 'connected':
      return 'Connected';
    case 'polling':
      return 'Connected, messages only: this network lets no WebSocket through';
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
  if (word === 'unauthorized') return 'Disconnected: this server asks for a login';
  if (word.startsWith('token_')) return 'Disconnected: log in again';
  if (word === 'too_many_sessions') return 'Disconnected: too many devices are connected';
  return `Disconnected by the server: ${word || code}`;
}

/** What has become of an own message, in the order in which it happens. */
export const STATUS_WORDS = { sending: 'sending…', sent: 'sent', delivered: 'delivered', read: 'read' };

const ERRORS: Readonly<Record<string, string>> = {
  too_large: 'not sent: the message is too long',
  connection_lost: 'waiting: it is sent when you connect again',
  outbox_full: 'not sent: too many messages are waiting',
  no_network: 'no login: the server cannot be reached',
  token_expiring: 'the login runs out soon',
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
