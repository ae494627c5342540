import type { Person } from './person.js';

export type Step = 'connect' | 'write' | 'cut' | 'return' | 'meet';
export const STEPS: readonly Step[] = ['connect', 'write', 'cut', 'return', 'meet'];

/** A first look at everything, in five steps; whoever has done one by hand has done it as well. */
export class Guide {
  readonly #done = new Set<Step>();

  constructor(
    private readonly one: Person,
    private readonly other: Person,
  ) {}

  /** The steps that were done, in any order; once done, a step stays so. */
  done(): ReadonlySet<Step> {
    for (const step of STEPS) if (!this.#done.has(step) && this.#isDone(step)) this.#done.add(step);
    return this.#done;
  }

  /** The first that was not. */
  current(): Step | undefined {
    const done = this.done();
    return STEPS.find((step) => !done.has(step));
  }

  act(step: Step, words: Readonly<Record<'hello' | 'away' | 'inRoom', string>>): void {
    const { one, other } = this;
    const to = { kind: 'direct', to: other.userId } as const;
    switch (step) {
      case 'connect':
        return this.#connect();
      case 'write':
        return one.say(to, words.hello);
      case 'cut':
        other.turnNetwork(false);
        return one.say(to, words.away);
      case 'return':
        return other.turnNetwork(true);
      case 'meet':
        for (const person of [other, one]) if (person.room === undefined) person.enter('lobby');
        return one.say({ kind: 'room' }, words.inRoom);
    }
  }

  #connect(): void {
    for (const person of [this.one, this.other]) {
      if (!person.network.isOn) person.turnNetwork(true);
      if (!person.isWanted) person.connect();
    }
  }

  #isDone(step: Step): boolean {
    const { one, other } = this;
    const both = [one, other];
    const heard = (kind: string) =>
      both.some(({ transcript }) => transcript.lines.some((line) => line.kind === kind && !line.isOwn));
    switch (step) {
      case 'connect':
        return both.every(({ isConnected }) => isConnected);
      case 'write':
        return heard('direct');
      case 'cut':
        return both.some((person, index) => !person.network.isOn && wroteTo(person, both[1 - index]));
      case 'return':
        return both.some(({ caughtUp }) => caughtUp > 0);
      case 'meet':
        return heard('room');
    }
  }
}

/** `writer` has written something that `reader` can't have got yet. */
function wroteTo(reader: Person, writer: Person | undefined): boolean {
  const lines = writer?.transcript.lines ?? [];
  return lines.some(({ isOwn, to, fate }) => isOwn && to === reader.userId && fate === 'stored');
}
