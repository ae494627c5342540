import { isObject } from '../shared/ask.js';
import { Changes } from '../shared/changes.js';
import { type Operator, wordsOf } from './operator.js';

/** Events that are kept to be seen. */
const SHOWN_EVENTS = 100;
const WAIT_S = 20;
const AGAIN_AFTER_MS = 3_000;

/** Something that happened to a user, or a place where it is not known what did. */
export interface TailEvent {
  /** From 1, without holes. */
  readonly number: number;
  readonly type: string;
  readonly at: number;
  readonly messageId: string | undefined;
  /** All else that is known of it, name by name. */
  readonly rest: readonly (readonly [name: string, value: string])[];
}

/** Follows one user, for as long as it is let. */
export class Tail {
  readonly changes = new Changes();
  events: readonly TailEvent[] = [];
  trouble = '';
  #next: string | undefined;
  #count = 0;
  #run: AbortController | undefined;

  constructor(
    private readonly operator: Pick<Operator, 'ask'>,
    private readonly userId: string,
  ) {}

  get isOn(): boolean {
    return this.#run !== undefined;
  }

  start(): void {
    if (this.#run !== undefined) return;
    const run = new AbortController();
    this.#run = run;
    this.changes.tellAll();
    void this.#follow(run.signal);
  }

  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.changes.tellAll();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const query = new URLSearchParams(this.#next === undefined ? {} : { after: this.#next, wait: String(WAIT_S) });
        const path = `/api/v1/users/${encodeURIComponent(this.userId)}/events?${query}`;
        this.#take(await this.operator.ask(path, { signal }));
        this.trouble = '';
      } catch (error) {
        if (signal.aborted) return;
        this.trouble = wordsOf(error);
        await pause(AGAIN_AFTER_MS, signal);
      }
      this.changes.tellAll();
    }
  }

  #take(answer: unknown): void {
    const { events = [], next, lost = 0, broken } = isObject(answer) ? answer : {};
    if (typeof next !== 'string') throw new Error('?');
    this.#next = next;
    const missed = broken === true || Number(lost) > 0 ? [{ type: 'missed', at: Date.now() }] : [];
    const all = [...missed, ...(Array.isArray(events) ? events.filter(isObject) : [])];
    this.events = [...this.events, ...all.map((event) => this.#eventFrom(event))].slice(-SHOWN_EVENTS);
  }

  #eventFrom({ type, at, messageId, ...rest }: Readonly<Record<string, unknown>>): TailEvent {
    this.#count += 1;
    return {
      number: this.#count,
      type: String(type),
      at: Number(at),
      messageId: typeof messageId === 'string' ? messageId : undefined,
      rest: Object.entries(rest)
        .filter(([name, value]) => name !== 'sessionId' && value !== '' && value !== undefined)
        .map(([name, value]) => [name, String(value)] as const),
    };
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
