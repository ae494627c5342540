/**
 * What to do next: nothing; `write` what was offered; `read` a page from the store; say that the reader is `level` with
 * the timeline.
 */
export type FeedStep = 'nothing' | 'write' | 'read' | 'level';

export type FeedState = 'opening' | 'catching_up' | 'live' | 'paused';

/**
 * How far one reader has come with a numbered timeline, as a session with its inbox: CATCHING_UP from the store or LIVE
 * [MP-3.5]. Nothing here reads, writes or waits. However notes are lost, repeated or reordered, numbers are written once,
 * in order and without holes: a live entry is written only when its number is the last one written + 1, and anything
 * else goes back to the store.
 */
export class TimelineFeed {
  private last = 0;
  private known = 0;
  private phase: Exclude<FeedState, 'paused'> = 'opening';
  private reading = false;
  private paused = false;

  /** The last number that this reader has. */
  get written(): number {
    return this.last;
  }

  /** The highest number that was ever heard of. */
  get head(): number {
    return this.known;
  }

  /** The reader has everything up to `cursor`; the timeline goes up to `head`. */
  begin(cursor: number, head: number): FeedStep {
    this.last = cursor;
    this.hear(head);
    return this.goOn();
  }

  /** An entry with this number is stored. */
  offer(cursor: number): FeedStep {
    this.hear(cursor);
    if (this.phase !== 'live' || cursor <= this.last) return 'nothing';
    if (cursor !== this.last + 1) return this.goOn();
    this.last = cursor;
    return 'write';
  }

  /** The timeline is said to go up to `head`. */
  hint(head: number): FeedStep {
    this.hear(head);
    return this.phase === 'live' && this.last < this.known ? this.goOn() : 'nothing';
  }

  /** An ack goes to this reader; it takes its place in the inbox if that is the next one [MP-3.4]. */
  acknowledge(cursor: number): void {
    this.hear(cursor);
    if (this.phase !== 'opening' && cursor === this.last + 1) this.last = cursor;
  }

  /** A page came back. Until `wrote`, its entries above `written` are to be written. */
  pageCame(head: number): void {
    this.reading = false;
    this.hear(head);
  }

  /** Everything up to `cursor` is written, or passed over. */
  wrote(cursor: number): void {
    if (cursor > this.last) this.last = cursor;
  }

  /** What follows after a page. */
  goOn(): FeedStep {
    if (this.last >= this.known && !this.paused) {
      const wasLive = this.phase === 'live';
      this.phase = 'live';
      return wasLive ? 'nothing' : 'level';
    }
    this.phase = 'catching_up';
    if (this.reading || this.paused) return 'nothing';
    this.reading = true;
    return 'read';
  }

  /** The reader takes no more for now: nothing is offered to it live, and no page is read. */
  pause(): void {
    this.paused = true;
    if (this.phase === 'live') this.phase = 'catching_up';
  }

  resume(): FeedStep {
    this.paused = false;
    return this.phase === 'opening' ? 'nothing' : this.goOn();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  get state(): FeedState {
    return this.paused ? 'paused' : this.phase;
  }

  private hear(head: number): void {
    if (head > this.known) this.known = head;
  }
}
