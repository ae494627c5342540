import type { Clock } from '../messaging/ports/clock.js';

/** Of one part of the node: `ok`, or in a few words why it is not ready. */
export type PartState = () => string;

/** What is wrong with the node, and since when that is known. */
export class Health {
  private readonly failedAt = new Map<string, number>();

  constructor(
    private readonly states: Readonly<Record<string, PartState>>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Looks at every part. To be called now and then, so that `since` is the truth. */
  readonly look = (): Readonly<Record<string, string>> => {
    const parts = Object.fromEntries(Object.entries(this.states).map(([name, state]) => [name, state()]));
    for (const [name, state] of Object.entries(parts)) {
      if (state === 'ok') this.failedAt.delete(name);
      else if (!this.failedAt.has(name)) this.failedAt.set(name, this.clock.now());
    }
    return parts;
  };

  /** Of each part that was not ready at the last look. */
  readonly since = (): Readonly<Record<string, string>> =>
    Object.fromEntries([...this.failedAt].map(([name, at]) => [name, new Date(at).toISOString()]));
}
