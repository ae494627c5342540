import { type FeedStep, TimelineFeed } from '../messaging/timeline-feed.js';
import type { UserId } from '../model/ids.js';
import type { PageLimits } from '../model/page.js';
import { withoutContentOf } from '../protocol/encode-erased.js';
import { REPLAY_BYTES, REPLAY_ITEMS } from '../protocol/limits.js';
import type { Outflow } from './outflow.js';

/** After this the store is asked again when it did not answer. */
const RETRY_MS = 1_000;

/** What a timeline is made of, and whom it is for. */
export interface TimelineParts<Item> {
  readonly topic: string;
  /** What follows a number, lowest first. */
  read(query: PageLimits & { readonly after: number }): Promise<TimelinePage<Item>>;
  encode(item: Item): string;
  readonly onError: (error: unknown) => void;
}

export interface TimelinePage<Item> {
  readonly items: readonly Item[];
  readonly head: number;
  readonly floor: number;
}

interface Sent {
  readonly seq: number;
  readonly text: string;
  readonly bytes: number;
}

/** What a session that has everything up to some number is sent first. */
export interface Replay {
  /** The first one's number; what is next when there is none. */
  readonly from: number;
  readonly texts: readonly string[];
}

/**
 * This node's place in a timeline that many sessions share, as the broadcasts or a room: sends each item to every
 * subscribed session, once and in order, and keeps the newest in memory for those who come back, so that a million of
 * them cost the store nothing [MP-4.2, MP-4.11].
 */
export class SharedTimeline<Item extends { readonly seq: number }> {
  private readonly feed = new TimelineFeed();
  /** The newest, oldest first: at most `REPLAY_ITEMS` and `REPLAY_BYTES`, but always one. */
  private readonly recent: Sent[] = [];
  private recentBytes = 0;
  private kept = 0;
  private stopped = false;
  private looking = false;
  private whenLevel: () => void = () => undefined;

  constructor(
    private readonly parts: TimelineParts<Item>,
    private readonly outflow: Outflow,
  ) {}

  /** The last one that was sent to this node's sessions. */
  get head(): number {
    return this.feed.written;
  }

  /** The highest number that the store was found not to keep any more. */
  get floor(): number {
    return this.kept;
  }

  /** Reads the newest ones; sessions may subscribe when it is done. Rejects when the store does not say where it ends. */
  async start(): Promise<void> {
    const head = await this.readHead();
    const isLevel = new Promise<void>((resolve) => {
      this.whenLevel = resolve;
    });
    this.follow(this.feed.begin(Math.max(0, head - REPLAY_ITEMS), head));
    await isLevel;
  }

  /** Nobody is here any more: nothing more is read. */
  stop(): void {
    this.stopped = true;
  }

  /** A new one; it is stored. */
  offer(item: Item): void {
    const step = this.feed.offer(item.seq);
    if (step === 'write') this.send(item);
    else this.follow(step);
  }

  /** Asks the store how far it goes, because a note may have been lost on its way; resolves when it has said. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      this.follow(this.feed.hint(await this.readHead()));
    } catch (error) {
      this.parts.onError(error);
    } finally {
      this.looking = false;
    }
  }

  /** What a session missed that has everything up to `seq`: the newest of it that is kept here. */
  replaySince(seq: number): Replay {
    const missed = this.recent.filter((sent) => sent.seq > seq);
    return { from: missed[0]?.seq ?? this.head + 1, texts: missed.map(({ text }) => text) };
  }

  /** What this user said is erased: who comes back is not told any more. */
  forget(userId: UserId): void {
    for (const [at, { seq, text }] of this.recent.entries()) {
      const kept = withoutContentOf(userId, text);
      if (kept === text) continue;
      const bytes = Buffer.byteLength(kept);
      this.recentBytes += bytes - (this.recent[at]?.bytes ?? 0);
      this.recent[at] = { seq, text: kept, bytes };
    }
  }

  private async readHead(): Promise<number> {
    const { head } = await this.parts.read({ after: Number.MAX_SAFE_INTEGER, limit: 1, maxBytes: 1 });
    return head;
  }

  private follow(step: FeedStep): void {
    if (step === 'read') this.read();
    if (step === 'level') this.whenLevel();
  }

  private readonly read = (): void => {
    if (this.stopped) return;
    this.parts
      .read({ after: this.feed.written, limit: REPLAY_ITEMS, maxBytes: REPLAY_BYTES })
      .then(this.take, (error) => {
        this.parts.onError(error);
        setTimeout(this.read, RETRY_MS).unref();
      });
  };

  private readonly take = ({ items, head, floor }: TimelinePage<Item>): void => {
    this.feed.pageCame(head);
    this.kept = floor;
    this.feed.wrote(floor);
    for (const item of items) {
      if (item.seq !== this.feed.written + 1) continue;
      this.feed.wrote(item.seq);
      this.send(item);
    }
    this.follow(this.feed.goOn());
  };

  private send(item: Item): void {
    const text = this.parts.encode(item);
    this.outflow.addFor(this.parts.topic, text, item.seq);
    this.keep({ seq: item.seq, text, bytes: Buffer.byteLength(text) });
  }

  private keep(sent: Sent): void {
    const { recent } = this;
    recent.push(sent);
    this.recentBytes += sent.bytes;
    while (recent.length > 1 && (recent.length > REPLAY_ITEMS || this.recentBytes > REPLAY_BYTES)) {
      this.recentBytes -= recent.shift()?.bytes ?? 0;
    }
  }
}
