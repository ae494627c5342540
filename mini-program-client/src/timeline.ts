/** How far one row of numbers has come to this device: its user's inbox, or the broadcasts. A value. */
export interface Timeline {
  /** The last number it has; null before the first welcome ever. */
  readonly reached: number | null;
  /** Pongs in a row that showed a head above it. */
  readonly behind: number;
}

/**
 * - `new`: tell the app;
 * - `old`: it was told before;
 * - `gap`: something is missing before it. A new connection begins at the last number, so get one.
 */
export type News = 'new' | 'old' | 'gap';

export interface Moved {
  readonly timeline: Timeline;
  readonly news: News;
}

/** One that shows a head above the last number may have been overtaken by what it speaks of; a second one was not. */
const MAX_BEHIND = 2;

export function reachedTo(reached: number | null): Timeline {
  return { reached, behind: 0 };
}

export function follows({ reached }: Timeline, number: number | undefined): number is number {
  return reached !== null && number === reached + 1;
}

/** Where it goes when `number` comes; what has no number is always `new`. */
export function take(timeline: Timeline, number: number | undefined): Moved {
  if (number === undefined) return { timeline, news: 'new' };
  if (follows(timeline, number)) return { timeline: reachedTo(number), news: 'new' };
  const { reached } = timeline;
  return { timeline: reachedTo(reached), news: reached !== null && number <= reached ? 'old' : 'gap' };
}

/** Where it goes when a pong shows its `head`. */
export function look({ reached, behind }: Timeline, head: number | undefined): Moved {
  const pongs = reached !== null && head !== undefined && head > reached ? behind + 1 : 0;
  return { timeline: { reached, behind: pongs % MAX_BEHIND }, news: pongs < MAX_BEHIND ? 'new' : 'gap' };
}
