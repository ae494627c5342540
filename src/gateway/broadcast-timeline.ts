import type { BusNote } from '../messaging/ports/bus.js';
import type { BroadcastsPage, StoreRead } from '../messaging/ports/store-reads.js';
import { type FeedStep, TimelineFeed } from '../messaging/timeline-feed.js';
import type { StoredBroadcast } from '../model/stored.js';
import { encodeBroadcast } from '../protocol/encode.js';
import { REPLAY_BYTES, REPLAY_ITEMS } from '../protocol/limits.js';
import type { Outflow } from './outflow.js';
import type { Session } from './session.js';

/** After this the store is asked again when it did not answer. */
const RETRY_MS = 1_000;

interface Sent {
  readonly seq: number;
  readonly text: string;
  readonly bytes: number;
}

/** What a session that has everything up to some broadcast is sent first. */
export interface Replay {
  /** The first one's number; what is next when there is none. */
  readonly from: number;
  readonly texts: readonly string[];
}

/**
 * This node's place in the timeline of the broadcasts: sends each to every session that is open, once and in order, and
 * keeps the newest in memory for those who come back, so that a million of them cost the store nothing [MP-4.2].
 */
export class BroadcastTimeline {
  private readonly feed = new TimelineFeed();
  /** The newest, oldest first: at most `REPLAY_ITEMS` and `REPLAY_BYTES`, but always one. */
  private readonly recent: Sent[] = [];
  private recentBytes = 0;
  private kept = 0;
  private whenLevel: () => void = () => undefined;

  constructor(
    private readonly store: Pick<StoreRead, 'broadcasts'>,
    private readonly outflow: Outflow,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The last one that was sent to this node's sessions. */
  get head(): number {
    return this.feed.written;
  }

  /** The highest number that the store was found not to keep any more. */
  get floor(): number {
    return this.kept;
  }

  /** Reads the newest ones; sessions may open when it is done. */
  async start(): Promise<void> {
    const { head } = await this.store.broadcasts({ after: Number.MAX_SAFE_INTEGER, limit: 1, maxBytes: 1 });
    const isLevel = new Promise<void>((resolve) => {
      this.whenLevel = resolve;
    });
    this.follow(this.feed.begin(Math.max(0, head - REPLAY_ITEMS), head));
    await isLevel;
  }

  readonly hear = (note: BusNote): void => {
    if (note.kind !== 'broadcast') return;
    const step = this.feed.offer(note.broadcast.seq);
    if (step === 'write') this.send(note.broadcast);
    else this.follow(step);
  };

  /** What a session missed that has everything up to `seq`: the newest of it that is kept here. */
  replaySince(seq: number): Replay {
    const missed = this.recent.filter((sent) => sent.seq > seq);
    return { from: missed[0]?.seq ?? this.head + 1, texts: missed.map(({ text }) => text) };
  }

  /** From now on the session gets every broadcast above `head`. */
  admit(session: Session): void {
    // What is on its way to the others is in `head` already.
    this.outflow.publish();
    session.subscribe();
  }

  private follow(step: FeedStep): void {
    if (step === 'read') this.read();
    if (step === 'level') this.whenLevel();
  }

  private readonly read = (): void => {
    const query = { after: this.feed.written, limit: REPLAY_ITEMS, maxBytes: REPLAY_BYTES };
    this.store.broadcasts(query).then(this.take, (error) => {
      this.onError(error);
      setTimeout(this.read, RETRY_MS).unref();
    });
  };

  private readonly take = ({ items, head, floor }: BroadcastsPage): void => {
    this.feed.pageCame(head);
    this.kept = floor;
    this.feed.wrote(floor);
    for (const broadcast of items) {
      if (broadcast.seq !== this.feed.written + 1) continue;
      this.feed.wrote(broadcast.seq);
      this.send(broadcast);
    }
    this.follow(this.feed.goOn());
  };

  private send(broadcast: StoredBroadcast): void {
    const text = encodeBroadcast(broadcast);
    this.outflow.addForEveryone(text);
    this.keep({ seq: broadcast.seq, text, bytes: Buffer.byteLength(text) });
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
