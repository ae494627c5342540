/** Who is subscribed to what. */
export class Topics<Subscriber> {
  private readonly subscribers = new Map<string, Set<Subscriber>>();

  add(topic: string, subscriber: Subscriber): void {
    const present = this.subscribers.get(topic);
    if (present === undefined) this.subscribers.set(topic, new Set([subscriber]));
    else present.add(subscriber);
  }

  delete(topic: string, subscriber: Subscriber): void {
    const present = this.subscribers.get(topic);
    present?.delete(subscriber);
    if (present?.size === 0) this.subscribers.delete(topic);
  }

  subscribersOf(topic: string): ReadonlySet<Subscriber> | undefined {
    return this.subscribers.get(topic);
  }
}
