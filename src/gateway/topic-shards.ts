/** So many characters more cost about as much as one more delivery. */
const CHARACTERS_PER_DELIVERY = 4_096;

type Publish = (topic: string, text: string) => void;

/** Some of the sessions that are subscribed to a topic. To the transport it is a topic of its own. */
export class Shard {
  sessions = 0;
  private texts: string[] = [];
  private deliveries = 0;

  /** Its `name` is what its sockets are subscribed to. */
  constructor(
    readonly topic: ShardedTopic,
    readonly index: number,
    readonly name: string,
  ) {}

  get isWaiting(): boolean {
    return this.texts.length > 0;
  }

  /** Returns how many deliveries it will be. */
  add(text: string): number {
    const deliveries = this.sessions * (1 + Math.floor(text.length / CHARACTERS_PER_DELIVERY));
    this.texts.push(text);
    this.deliveries += deliveries;
    return deliveries;
  }

  /** Gives what waits to `publish`, in the order in which it was added. Returns how many deliveries it was. */
  publish(publish: Publish): number {
    const { texts } = this;
    for (const text of texts) publish(this.name, text);
    return this.forget();
  }

  /** Returns how many deliveries will not be. */
  forget(): number {
    const { deliveries } = this;
    if (this.isWaiting) this.texts = [];
    this.deliveries = 0;
    return deliveries;
  }
}

/**
 * A topic whose sessions are spread over shards, so that a text for many of them need not go to all in one turn of the
 * event loop. What waits for a shard is published in the order in which it was added, all of it at once.
 */
export class ShardedTopic {
  sessions = 0;
  /** That wait. A long text counts as several. */
  deliveries = 0;
  private readonly shards: Shard[] = [];
  /** All before this one are full. */
  private firstWithRoom = 0;
  private next = 0;

  constructor(
    readonly name: string,
    private readonly shardSessions: number,
  ) {}

  /** It is no more than one shard, for which nothing waits. */
  get isSmall(): boolean {
    return this.shards.length <= 1 && this.deliveries === 0;
  }

  shardWithRoom(): Shard {
    const { shards } = this;
    while ((shards[this.firstWithRoom]?.sessions ?? 0) >= this.shardSessions) this.firstWithRoom += 1;
    const at = this.firstWithRoom;
    // No topic begins with a digit: see `topics.ts`.
    shards[at] ??= new Shard(this, at, at === 0 ? this.name : `${at}:${this.name}`);
    return shards[at];
  }

  enter(shard: Shard): void {
    shard.sessions += 1;
    this.sessions += 1;
  }

  leave(shard: Shard): void {
    const { shards } = this;
    shard.sessions -= 1;
    this.sessions -= 1;
    this.firstWithRoom = Math.min(this.firstWithRoom, shard.index);
    if (shard.sessions === 0) this.deliveries -= shard.forget();
    while (shards.at(-1)?.sessions === 0) shards.pop();
  }

  add(text: string): void {
    for (const shard of this.shards) if (shard.sessions > 0) this.deliveries += shard.add(text);
  }

  /** Returns how many deliveries it was, as do those below. */
  publishFor(shard: Shard, publish: Publish): number {
    const deliveries = shard.publish(publish);
    this.deliveries -= deliveries;
    return deliveries;
  }

  /** For one shard, of those that wait the next one. */
  publishNext(publish: Publish): number {
    const { shards } = this;
    for (let tried = 0; tried < shards.length; tried += 1) {
      const shard = shards[this.next % shards.length];
      this.next = (this.next + 1) % shards.length;
      if (shard?.isWaiting) return this.publishFor(shard, publish);
    }
    return 0;
  }

  publishAll(publish: Publish): void {
    for (const shard of this.shards) this.publishFor(shard, publish);
  }
}
