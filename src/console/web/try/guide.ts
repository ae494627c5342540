import type { Person } from './person.js';

export type Step = 'connect' | 'write' | 'cut' | 'return' | 'meet';
export const STEPS: readonly Step[] = ['connect', 'write', 'cut', 'return', 'meet'];

/** A first look at everything, in five steps; whoever has done one by hand has done it as well. */
export class Guide {
  readonly #done = new Set<Step>();
  /** What both had caught up with when one was cut off: messages of other days don't count. */
  #caughtUpBefore = 0;

  constructor(
    private readonly one: Person,
    private readonly other: Person,
  ) {}

  /** The steps that were done, in any order; once done, a step stays so. */
  done(): ReadonlySet<Step> {
    for (const step of STEPS) {
      if (this.#done.has(step) || !this.#isDone(step)) continue;
      this.#done.add(step);
      if (step === 'cut') this.#caughtUpBefore = this.#caughtUp();
    }
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
        this.#connect();
        return one.say(to, words.hello);
      case 'cut':
        this.#connect();
        other.turnNetwork(false);
        return one.say(to, words.away);
      case 'return':
        return this.#connect();
      case 'meet':
        this.#connect();
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

  #caughtUp(): number {
    return this.one.caughtUp + this.other.caughtUp;
  }

  #isDone(step: Step): boolean {
    const { one, other } = this;
    const both = [one, other];
    const heard = (kind: string) =>
      both.some(({ transcript }) =>
        transcript.lines.some((line) => line.kind === kind && !line.isOwn && !line.wasMissed),
      );
    switch (step) {
      case 'connect':
        return both.every(({ isConnected }) => isConnected);
      case 'write':
        return heard('direct');
      case 'cut':
        return both.some((person, index) => !person.network.isOn && wroteTo(person, both[1 - index]));
      case 'return':
        return this.#done.has('cut') && this.#caughtUp() > this.#caughtUpBefore;
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
