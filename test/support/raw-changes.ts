const WITHIN_MS = 8_000;

/** Something that changes, and a test that waits until it has become what it should. */
export class Changes {
  private readonly wakers = new Set<() => void>();

  /** To be called after every change. */
  notify(): void {
    for (const wake of this.wakers) wake();
  }

  /** Resolves with what `look` finds, as soon as it finds something; rejects with `complaint` after a while. */
  async until<T>(look: () => T | undefined, complaint: () => string, withinMs = WITHIN_MS): Promise<T> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.wakers.delete(wake);
        clearTimeout(deadline);
        settle();
      };
      const wake = () => {
        try {
          const seen = look();
          if (seen !== undefined) finish(() => resolve(seen));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const deadline = setTimeout(() => finish(() => reject(new Error(complaint()))), withinMs);
      this.wakers.add(wake);
    });
  }
}
