/** Numbers in the log from `firstPos` on were given in the epoch of this name. */
export interface Epoch {
  readonly firstPos: number;
  readonly name: string;
}

/** Message ids: the epoch and the place in the log, so that none is ever given twice, not even after a restore. */
export class MessageNames {
  private readonly latest: Epoch;

  /** `epochs`: oldest first. */
  constructor(private readonly epochs: readonly Epoch[]) {
    this.latest = epochs.at(-1) ?? { firstPos: 0, name: '' };
  }

  nameOf(pos: number): string {
    return `${this.epochOf(pos)}-${pos.toString(36)}`;
  }

  /** The place of a message id, or `undefined` if it is none that this store has given. */
  placeOf(messageId: string): number | undefined {
    const [, digits = ''] = /^[0-9a-f]+-([0-9a-z]{1,10})$/.exec(messageId) ?? [];
    const pos = Number.parseInt(digits, 36);
    return Number.isSafeInteger(pos) && this.nameOf(pos) === messageId ? pos : undefined;
  }

  /** Of what is told to a shop's backend; `no` is never given twice within an epoch. */
  eventNameOf(no: number): string {
    return `${this.latest.name}-h${no.toString(36)}`;
  }

  /** The number of an event; 0, which none has, if this epoch gave no such name. */
  eventOf(eventId: string): number {
    const [, digits = ''] = /^[0-9a-f]*-h([0-9a-z]{1,10})$/.exec(eventId) ?? [];
    const no = Number.parseInt(digits, 36);
    return Number.isSafeInteger(no) && this.eventNameOf(no) === eventId ? no : 0;
  }

  private epochOf(pos: number): string {
    if (pos >= this.latest.firstPos) return this.latest.name;
    return this.epochs.findLast(({ firstPos }) => firstPos <= pos)?.name ?? '';
  }
}
