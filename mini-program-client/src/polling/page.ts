import { type Fields, isPlace, isText } from '../json.js';

/** What the server answers to the question for an inbox. */
export interface Page {
  readonly epoch: string;
  readonly head: number;
  /** Of the last one of them. */
  readonly cursor: number;
  readonly frames: readonly unknown[];
}

export function isPage(body: Fields): body is Fields & Page {
  return isText(body.epoch) && isPlace(body.head) && isPlace(body.cursor) && Array.isArray(body.frames);
}
