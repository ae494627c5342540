import { isObject } from '../shared/ask.js';

/** What was said while its reader was away: what is older than the session, by the server's own clock. */
export class Missed {
  #since = 0;
  #count = 0;
  #inAll = 0;

  /** Messages that had waited, over all returns. */
  get inAll(): number {
    return this.#inAll;
  }

  /** Looks for the beginning of a session among the frames that come. */
  look(text: string): void {
    if (!text.startsWith('{"type":"welcome"')) return;
    const frame: unknown = JSON.parse(text);
    if (isObject(frame) && typeof frame.time === 'number') this.#since = frame.time;
  }

  ifSo(sentAt: number): { readonly wasMissed?: true } {
    return sentAt < this.#since ? { wasMissed: true } : {};
  }

  count(): void {
    this.#count += 1;
    this.#inAll += 1;
  }

  /** How many came since the last time that all had come. */
  caughtUp(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}
