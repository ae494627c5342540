import { type Shard, ShardedTopic } from './topic-shards.js';

/** How much is published at once. */
export interface PublisherLimits {
  /** At most so many sessions of a topic are published to at once. */
  readonly shardSessions: number;
  /** A turn's deliveries to topics of several shards; a shard more than that at most. */
  readonly turnDeliveries: number;
  /** More may not wait, but for two texts for each topic: what is beyond that goes out at once. */
  readonly waitingDeliveries: number;
}

/** With some 1.3 µs a delivery a turn is short, and what waits is at most 0.3 s behind. */
const LIMITS: PublisherLimits = { shardSessions: 500, turnDeliveries: 1_000, waitingDeliveries: 200_000 };

/**
 * What is to be published for topics. What is for few sessions goes out at the end of the turn, in the order in which it
 * was added. What is for more than a shard goes out shard by shard over several turns, topic by topic, so that a room of
 * ten thousand does not keep others waiting; in order within each topic.
 */
export class Publisher {
  private readonly topics = new Map<string, ShardedTopic>();
  private forFew: { readonly topic: string; readonly text: string }[] = [];
  /** Those for which something waits, and some for which nothing does any more; whose turn is next comes first. */
  private readonly forMany = new Set<ShardedTopic>();

  constructor(
    private readonly publishText: (topic: string, text: string) => void,
    private readonly limits = LIMITS,
  ) {}

  get isEmpty(): boolean {
    return this.forFew.length === 0 && this.forMany.size === 0;
  }

  /** Some of what was added needs another turn. */
  get isWaiting(): boolean {
    return this.forMany.size > 0;
  }

  add(name: string, text: string): void {
    const topic = this.topics.get(name);
    if (topic === undefined || topic.isSmall) {
      this.forFew.push({ topic: name, text });
      return;
    }
    topic.add(text);
    this.forMany.add(topic);
  }

  /** One that has room for a session; it counts when it has entered. */
  shardFor(name: string): Shard {
    const topic = this.topics.get(name) ?? new ShardedTopic(name, this.limits.shardSessions);
    this.topics.set(name, topic);
    return topic.shardWithRoom();
  }

  enter(shard: Shard): void {
    shard.topic.enter(shard);
  }

  /** What waits goes to the others of the shard only. */
  leave(shard: Shard): void {
    const { topic } = shard;
    topic.leave(shard);
    if (topic.sessions === 0) this.topics.delete(topic.name);
  }

  /** Something that was added for the shard is not published yet. */
  owes(shard: Shard): boolean {
    return shard.isWaiting || this.forFew.length > 0;
  }

  /** Something that was added for it may wait for another turn. */
  isBehind(name: string): boolean {
    return (this.topics.get(name)?.deliveries ?? 0) > 0;
  }

  /** Those that are subscribed. */
  sessionsOf(name: string): number {
    return this.topics.get(name)?.sessions ?? 0;
  }

  publishFor(shard: Shard): void {
    this.publishForFew();
    shard.topic.publishFor(shard, this.publishText);
  }

  publishTopic(name: string): void {
    this.publishForFew();
    this.topics.get(name)?.publishAll(this.publishText);
  }

  publishForFew(): void {
    const added = this.forFew;
    if (added.length === 0) return;
    this.forFew = [];
    for (const { topic, text } of added) this.publishText(topic, text);
  }

  /** A turn's share of what waits. */
  publishSome(): void {
    let left = Math.max(this.limits.turnDeliveries, this.tooMany());
    for (const topic of this.forMany) {
      if (left <= 0) return;
      const deliveries = topic.publishNext(this.publishText);
      left -= deliveries;
      this.forMany.delete(topic);
      // It is its turn again when all others had theirs.
      if (deliveries > 0 && topic.deliveries > 0) this.forMany.add(topic);
    }
  }

  publishAll(): void {
    this.publishForFew();
    for (const topic of this.forMany) topic.publishAll(this.publishText);
    this.forMany.clear();
  }

  /** The deliveries beyond what may wait. */
  private tooMany(): number {
    let [deliveries, sessions] = [0, 0];
    for (const topic of this.forMany) {
      deliveries += topic.deliveries;
      sessions += topic.sessions;
    }
    return deliveries - Math.max(this.limits.waitingDeliveries, 2 * sessions);
  }
}
