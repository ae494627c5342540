const WINDOW_MS = 1_000;
/** Events told apart within a second; what else there is counts as one. */
const MAX_EVENTS = 1_000;
const OTHERS = 'others';

interface Count {
  written: number;
  more: number;
  readonly tell: (more: number) => void;
}

/**
 * Keeps a flood of one event from filling the disk and holding up the loop: of each, so many are written a second, and the
 * rest are counted.
 */
export class LogFlood {
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  /** Whether one more is to be written, where `most` are a second. If not, `tell` is called with all of them, once a second. */
  mayWrite(event: string, most: number, tell: (more: number) => void): boolean {
    this.timer ??= setTimeout(this.endWindow, WINDOW_MS).unref();
    const count = this.countOf(event, tell);
    if (count.written < most) {
      count.written += 1;
      return true;
    }
    count.more += 1;
    return false;
  }

  private countOf(event: string, tell: Count['tell']): Count {
    const { counts } = this;
    const name = counts.has(event) || counts.size < MAX_EVENTS ? event : OTHERS;
    let count = counts.get(name);
    if (count === undefined) {
      count = { written: 0, more: 0, tell };
      counts.set(name, count);
    }
    return count;
  }

  private readonly endWindow = (): void => {
    const { counts } = this;
    this.counts = new Map();
    this.timer = undefined;
    for (const { more, tell } of counts.values()) if (more > 0) tell(more);
  };
}
