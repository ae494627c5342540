import { useEffect, useState } from 'preact/hooks';

/** Something that is shown and changes by itself. */
export interface Changing {
  /** Calls `listener` after every change, until the function that comes back is called. */
  onChange(listener: () => void): () => void;
}

/** To stand on: says that something has changed. */
export class Changes implements Changing {
  readonly #listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tellAll(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What changes a thousand times a second is drawn so often at most: every so many ms. */
const DRAW_EVERY_MS = 50;

/** Draws the component anew when `what` has changed: soon, and once for however many changes. */
export function useChanges(what: Changing): void {
  const [, draw] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = 0;
    const drawNow = () => {
      timer = undefined;
      drawnAt = performance.now();
      draw((count) => count + 1);
    };
    const stop = what.onChange(() => {
      timer ??= setTimeout(drawNow, Math.max(0, drawnAt + DRAW_EVERY_MS - performance.now()));
    });
    // What happened before this listened.
    drawNow();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [what]);
}
