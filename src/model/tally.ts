/**
 * Counts by name. The names are known from the start, so that there are never more of them, and what has not happened
 * yet is 0 and not absent.
 */
export class Tally<Name extends string> {
  private readonly counts: Map<Name, number>;

  constructor(names: readonly Name[]) {
    this.counts = new Map(names.map((name) => [name, 0]));
  }

  add(name: Name): void {
    this.counts.set(name, this.of(name) + 1);
  }

  of(name: Name): number {
    return this.counts.get(name) ?? 0;
  }

  get sum(): number {
    let sum = 0;
    for (const count of this.counts.values()) sum += count;
    return sum;
  }

  entries(): Iterable<readonly [name: Name, count: number]> {
    return this.counts;
  }
}
