import { Changes } from '../shared/changes.js';
import { CLOSING, CONNECTING, type Rule, ruleOf } from './rules.js';
import { summaryOf } from './summary.js';

export type Side = 'left' | 'right';

/** Something that went by: a frame, or the beginning or end of a connection. */
export interface Passed {
  /** From 1, without holes. */
  readonly number: number;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly at: number;
  readonly side: Side;
  readonly direction: 'out' | 'in';
  readonly type: string;
  readonly rule?: Rule;
  /** As it went by. */
  readonly text: string;
  /** What is in it, the interesting part first. */
  readonly summary: string;
  /** Else it is a connection that begins or ends. */
  readonly isFrame: boolean;
}

/** So many are shown; the rest is counted. */
export const SHOWN_FRAMES = 200;

/** What stands on the page in the place of a token. */
const HIDDEN = '…';

/** All that goes over the wire on both sides, in the order in which it was seen. Keeps the last ones. */
export class Wire {
  readonly changes = new Changes();
  #passed: readonly Passed[] = [];
  #number = 0;
  #frames = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** The last ones, oldest first. */
  get passed(): readonly Passed[] {
    return this.#passed;
  }

  /** Frames since the beginning, or since it was cleared. */
  get frames(): number {
    return this.#frames;
  }

  frame(side: Side, direction: 'out' | 'in', text: string): void {
    const { type, rule } = ruleOf(direction, text);
    this.#frames += 1;
    const shown = type === 'token' ? text.replace(/("token"\s*:\s*")(?!")[^"]*(?="\s*[,}])/, `$1${HIDDEN}`) : text;
    const summary = summaryOf(shown);
    this.#add({ side, direction, type, text: shown, summary, isFrame: true, ...(rule && { rule }) });
  }

  dialled(side: Side, path: string): void {
    const text = `GET ${path}`;
    this.#add({ side, direction: 'out', type: 'connect', rule: CONNECTING, text, summary: text, isFrame: false });
  }

  closed(side: Side, code: number, word: string): void {
    const text = word ? `${code} "${word}"` : String(code);
    this.#add({ side, direction: 'in', type: 'close', rule: CLOSING, text, summary: text, isFrame: false });
  }

  clear(): void {
    this.#passed = [];
    this.#frames = 0;
    this.changes.tellAll();
  }

  #add(passed: Omit<Passed, 'number' | 'at'>): void {
    this.#number += 1;
    const all = [...this.#passed, { number: this.#number, at: this.now(), ...passed }];
    this.#passed = all.slice(-SHOWN_FRAMES);
    this.changes.tellAll();
  }
}
