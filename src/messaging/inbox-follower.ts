import type { UserId } from '../model/ids.js';
import type { InboxEntry } from '../model/stored.js';
import type { Clock } from './ports/clock.js';
import type { InboxPage, StoreRead } from './ports/store-reads.js';
import { type FeedState, type FeedStep, TimelineFeed } from './timeline-feed.js';

/** Where what a follower has for its session goes. */
export interface InboxOutput {
  /** Writes one entry; called once for each number, in order. */
  write(entry: InboxEntry): void;
  /** Caught up for the first time. */
  synced(cursor: number): void;
  /** From `from` to `floor` nothing is kept any more. Returns where to go on: the floor, or the head. */
  tooLong(from: number, floor: number, head: number): number;
  /** A page was written, and another one may follow. */
  pageWritten(): void;
  failed(error: unknown): void;
}

/** What all followers of a node did so far. */
export interface FollowerCounts {
  /** Times that one became level with its inbox, at its beginning or after it had fallen behind. */
  levels: number;
  /** Pages that were read for it. */
  pages: number;
  /** Times that a reader did not keep up. */
  pauses: number;
}

export interface FollowerParts {
  readonly counts: FollowerCounts;
  readonly read: StoreRead;
  readonly clock: Clock;
  /** Of one page [MP-3.6]. */
  readonly pageLimit: number;
  readonly pageBytes: number;
}

/** Keeps one session level with its user's inbox. */
export class InboxFollower {
  private readonly feed = new TimelineFeed();
  private hasSynced = false;
  private looking = false;
  private stopped = false;

  constructor(
    private readonly userId: UserId,
    private readonly parts: FollowerParts,
    private readonly output: InboxOutput,
  ) {}

  get written(): number {
    return this.feed.written;
  }

  get head(): number {
    return this.feed.head;
  }

  get state(): FeedState {
    return this.feed.state;
  }

  begin(cursor: number, head: number): void {
    this.follow(this.feed.begin(cursor, head));
  }

  /** True if the caller is to write this entry now. */
  offer(cursor: number): boolean {
    if (this.stopped) return false;
    const step = this.feed.offer(cursor);
    if (step === 'write') return true;
    if (step !== 'nothing') this.follow(step);
    return false;
  }

  /** An ack goes to this session; it may take its place in the inbox. */
  acknowledge(cursor: number): void {
    this.feed.acknowledge(cursor);
  }

  /** Asks the store how far the inbox goes, because the note of an entry may have been lost on its way [MP-3.5]. */
  look(): void {
    if (this.looking) return;
    this.looking = true;
    this.parts.read.user(this.userId).then(
      ({ head }) => {
        this.looking = false;
        this.follow(this.feed.hint(head));
      },
      () => {
        // The next ping looks again; until then nothing is known to be missing.
        this.looking = false;
      },
    );
  }

  /** It gets no more until `resume`: it does not keep up, or has to confirm what it got first. */
  pause(because: 'slow' | 'unconfirmed'): void {
    if (because === 'slow') this.parts.counts.pauses += 1;
    this.feed.pause();
  }

  resume(): void {
    if (this.feed.isPaused) this.follow(this.feed.resume());
  }

  stop(): void {
    this.stopped = true;
  }

  private follow(step: FeedStep): void {
    if (this.stopped) return;
    if (step === 'read') this.read();
    if (step !== 'level') return;
    this.parts.counts.levels += 1;
    if (!this.hasSynced) {
      this.hasSynced = true;
      this.output.synced(this.feed.written);
    }
  }

  private read(): void {
    const { read, clock, counts, pageLimit, pageBytes } = this.parts;
    counts.pages += 1;
    const query = {
      userId: this.userId,
      after: this.feed.written,
      now: clock.now(),
      limit: pageLimit,
      maxBytes: pageBytes,
    };
    read.inbox(query).then(
      (page) => this.take(page),
      (error) => {
        if (!this.stopped) this.output.failed(error);
      },
    );
  }

  private take({ entries, head, floor }: InboxPage): void {
    this.feed.pageCame(head);
    if (this.stopped) return;
    // What a reader that fell behind meanwhile can't take is read again later.
    if (!this.feed.isPaused) {
      const { written } = this.feed;
      if (floor > written) this.feed.wrote(this.output.tooLong(written + 1, floor, head));
      for (const entry of entries) {
        if (entry.cursor !== this.feed.written + 1) continue;
        this.feed.wrote(entry.cursor);
        this.output.write(entry);
      }
      this.output.pageWritten();
    }
    this.follow(this.feed.goOn());
  }
}
