import type { Entry } from './entries';

/** What has become of an own message. */
export type SendState = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** How far the other side has the conversation, by `seq`. */
export interface Marks {
  readonly delivered: number;
  readonly read: number;
}

export const NO_MARKS: Marks = { delivered: 0, read: 0 };

/** Shown only after this long: most are sent before anybody could read that they are being sent. */
export const SENDING_SHOWN_AFTER_MS = 300;

export function stateOf({ seq, failed }: Entry, { delivered, read }: Marks): SendState {
  if (failed !== undefined) return 'failed';
  if (seq === undefined) return 'sending';
  if (seq <= read) return 'read';
  return seq <= delivered ? 'delivered' : 'sent';
}

export function isNoLongerNew({ sentAt }: Entry, now: number): boolean {
  return Math.abs(now - sentAt) >= SENDING_SHOWN_AFTER_MS;
}

/** In how many ms the next of them is shown as being sent; `null` when none of them is to be. */
export function untilSendingIsShown(entries: readonly Entry[], now: number): number | null {
  const left = entries
    .filter((entry) => stateOf(entry, NO_MARKS) === 'sending' && !isNoLongerNew(entry, now))
    .map(({ sentAt }) => SENDING_SHOWN_AFTER_MS - Math.abs(now - sentAt));
  return left.length === 0 ? null : Math.min(...left);
}

/** Whether the server may still take it back; its own clock decides. */
export function mayRecall({ seq, sentAt, recalled }: Entry, now: number, limitMs = 120_000): boolean {
  return seq !== undefined && !recalled && now - sentAt < limitMs;
}
