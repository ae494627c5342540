/** What the bar says while there is no connection: nothing for the first moment, most are back by then. */

export const SHOWN_AFTER_MS = 1500;

/** As the library has it; only what is needed of it. */
export interface Connection {
  readonly phase: string;
  readonly word?: string;
}

export interface BarWords {
  readonly connecting: string;
  readonly waiting: string;
  readonly polling: string;
  readonly again: string;
  readonly replaced: string;
  readonly unauthorized: string;
  readonly closed: string;
}

export interface Bar {
  readonly text: string;
  /** What a tap does: dials now, or signs in again. */
  readonly action: 'connect' | 'login' | '';
}

const NOTHING: Bar = { text: '', action: '' };

/** How it is to be seen once it has been so for a while. */
export function barFor({ phase, word = '' }: Connection, words: BarWords): Bar {
  switch (phase) {
    case 'connecting':
      return { text: words.connecting, action: '' };
    case 'waiting':
      return { text: words.waiting, action: 'connect' };
    case 'polling':
      return { text: words.polling, action: '' };
    case 'closed':
      return barForClose(word, words);
    default:
      return NOTHING;
  }
}

function barForClose(word: string, words: BarWords): Bar {
  if (word === '') return NOTHING;
  if (word === 'replaced') return { text: words.replaced, action: 'connect' };
  if (word === 'unauthorized' || word.startsWith('token_')) return { text: words.unauthorized, action: 'login' };
  return { text: words.closed, action: 'connect' };
}
