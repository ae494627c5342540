import { ask, Declined, keepKey, keptKey, type Question } from '../shared/ask.js';
import { Changes } from '../shared/changes.js';

/** Why somebody is not signed in, as far as that is known. */
export type SignInProblem = 'unknown-key' | 'no-scope' | 'no-keys' | 'too-many' | 'no-answer' | 'other';

/** Needs the scope that everything here is about. */
export const FIGURES_PATH = '/api/v1/node/figures';

/** Who looks after the node from this page: nobody, or the holder of an API key. */
export class Operator {
  readonly changes = new Changes();
  state: 'out' | 'checking' | 'in' = 'out';
  problem: SignInProblem | undefined;
  /** The server's own words for it. */
  detail = '';
  #key: string;

  constructor(key = keptKey()) {
    this.#key = key;
  }

  /** One is left of an earlier look at this page, in this tab. */
  get hasKey(): boolean {
    return this.#key !== '';
  }

  async signIn(key = this.#key): Promise<void> {
    this.#key = key;
    this.#become('checking');
    try {
      await this.ask(FIGURES_PATH);
      keepKey(key);
      this.#become('in');
    } catch (error) {
      // What the key is worth was told below.
      if (this.state === 'checking') this.#refuse(error);
    }
  }

  signOut(): void {
    this.#forget();
    this.#become('out');
  }

  /** Asks the server, and shows it the key. A key that is not worth anything any more signs out. */
  async ask(path: string, question: Omit<Question, 'key'> = {}): Promise<unknown> {
    const key = this.#key;
    try {
      return await ask(path, { ...question, key });
    } catch (error) {
      const isWorthless = error instanceof Declined && (error.status === 401 || isWithoutKeys(error));
      if (isWorthless && key === this.#key) this.#refuse(error);
      throw error;
    }
  }

  #refuse(error: unknown): void {
    // A server that is busy or away says nothing of the key.
    if (error instanceof Declined && [401, 403].includes(error.status)) this.#forget();
    this.#become('out', problemOf(error), error instanceof Declined ? error.message : '');
  }

  #forget(): void {
    this.#key = '';
    keepKey('');
  }

  #become(state: Operator['state'], problem?: SignInProblem, detail = ''): void {
    this.state = state;
    this.problem = problem;
    this.detail = detail;
    this.changes.tellAll();
  }
}

function problemOf(error: unknown): SignInProblem {
  if (!(error instanceof Declined)) return 'no-answer';
  if (error.status === 401) return 'unknown-key';
  if (error.status === 429) return 'too-many';
  if (error.status !== 403) return 'other';
  return isWithoutKeys(error) ? 'no-keys' : 'no-scope';
}

/** The two reasons for a 403 differ in what names the setting. */
function isWithoutKeys({ status, detail }: Declined): boolean {
  return status === 403 && detail.includes('MINIM_API_KEYS');
}

/** What is said to people of something that went wrong: the server's own words where it has any. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
