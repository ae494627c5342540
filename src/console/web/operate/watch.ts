import { Changes } from '../shared/changes.js';
import { figuresFrom } from './figures.js';
import { History } from './history.js';
import { FIGURES_PATH, type Operator, wordsOf } from './operator.js';

const EVERY_MS = 2_000;
const PATIENCE_MS = 10_000;

/** Looks at the node every other second, while somebody looks at it. */
export class Watch {
  readonly changes = new Changes();
  readonly history = new History();
  /** Why there was no answer to the last question; empty when there was one. */
  trouble = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = new AbortController();

  constructor(private readonly operator: Pick<Operator, 'ask'>) {}

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.stop();
    this.#run = new AbortController();
    this.#next(0, this.#run.signal);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#run.abort();
  }

  /** One question after the other: a slow server is not asked twice at once. */
  #next(afterMs: number, signal: AbortSignal): void {
    this.#timer = setTimeout(async () => {
      await this.#look(signal);
      if (!signal.aborted) this.#next(EVERY_MS, signal);
    }, afterMs);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const patience = new AbortController();
    const give = () => patience.abort(new Error(`> ${PATIENCE_MS / 1_000} s`));
    const timer = setTimeout(give, PATIENCE_MS);
    signal.addEventListener('abort', give, { once: true });
    try {
      const answer = await this.operator.ask(FIGURES_PATH, { signal: patience.signal });
      const figures = figuresFrom(answer);
      if (figures !== undefined) this.history.add(figures);
      this.trouble = figures === undefined ? 'not understood' : '';
    } catch (error) {
      if (signal.aborted) return;
      this.trouble = wordsOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
    }
    this.changes.tellAll();
  }
}
