/** What has become of something said here, in this order. */
export type Fate = 'waiting' | 'stored' | 'delivered' | 'refused';

/** Something that a person sees. */
export interface Line {
  readonly number: number;
  readonly kind: 'direct' | 'broadcast' | 'room' | 'note' | 'caught-up';
  /** Who said it; of a note, the text alone counts. */
  readonly from: string;
  readonly isOwn: boolean;
  readonly to?: string;
  readonly text: string;
  readonly fate?: Fate;
  /** It was said while this one was away. */
  readonly wasMissed?: boolean;
  readonly id?: string;
  readonly messageId?: string;
  readonly seq?: number;
}

export type Said = Omit<Line, 'number'>;

/** So many lines are kept. */
export const SHOWN_LINES = 100;

const ORDER: readonly Fate[] = ['waiting', 'stored', 'delivered', 'refused'];

/** The last lines of one user, oldest first. A new array with every change. */
export class Transcript {
  #lines: readonly Line[] = [];
  #number = 0;

  get lines(): readonly Line[] {
    return this.#lines;
  }

  add(said: Said): void {
    this.#number += 1;
    this.#lines = [...this.#lines, { number: this.#number, ...said }].slice(-SHOWN_LINES);
  }

  /** What came back of something said here takes its place instead of a line of its own. */
  addOrMatch(said: Said): void {
    const own = said.isOwn ? this.#lines.find((line) => isSame(line, said)) : undefined;
    if (own === undefined) this.add(said);
    else this.change((line) => line === own, { fate: 'stored', ...numbersOf(said) });
  }

  /** Fates only rise: what is delivered is not merely stored any more. */
  change(which: (line: Line) => boolean, changes: Partial<Said>): void {
    this.#lines = this.#lines.map((line) =>
      which(line) ? { ...line, ...changes, ...laterFate(line, changes) } : line,
    );
  }

  clear(): void {
    this.#lines = [];
  }
}

function isSame(line: Line, { id, messageId, kind, text }: Said): boolean {
  if (!line.isOwn || line.kind !== kind) return false;
  if (id !== undefined && line.id === id) return true;
  if (messageId !== undefined && line.messageId !== undefined) return line.messageId === messageId;
  return line.fate === 'waiting' && line.text === text;
}

function numbersOf({ messageId, seq }: Partial<Said>): Partial<Said> {
  return { ...(messageId !== undefined && { messageId }), ...(seq !== undefined && { seq }) };
}

function laterFate({ fate: before }: Line, { fate: after }: Partial<Said>): Partial<Said> {
  if (before === undefined || after === undefined) return {};
  return { fate: ORDER.indexOf(after) > ORDER.indexOf(before) ? after : before };
}
