/**
 * A number that only rises and is stored, one write at a time: what it rises to while a write is under way goes with the
 * next one, so it costs no more than that however fast it rises.
 */
export class RisingMark {
  private wanted = -1;
  private settled = -1;
  private writing = false;

  /** `write` tells `done` whether the matter is settled; if not, `retry` writes again. */
  constructor(private readonly write: (value: number, done: (isSettled: boolean) => void) => void) {}

  /** Nothing is under way, or waits for `retry`. */
  get isSettled(): boolean {
    return !this.writing && this.settled >= this.wanted;
  }

  raise(value: number): void {
    if (value <= this.wanted) return;
    this.wanted = value;
    this.retry();
  }

  retry(): void {
    if (this.writing || this.settled >= this.wanted) return;
    const value = this.wanted;
    this.writing = true;
    this.write(value, (isSettled) => {
      this.writing = false;
      if (!isSettled) return;
      this.settled = value;
      this.retry();
    });
  }
}
