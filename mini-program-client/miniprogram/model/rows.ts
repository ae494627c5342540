import type { Entry } from './entries';
import { isNoLongerNew, type Marks, type SendState, stateOf } from './states';
import { clockTime, dayLabel, isSameDay, type TimeWords } from './time';

/** One line of a conversation, as its view needs it. */
export interface Row {
  readonly key: string;
  readonly kind: 'message' | 'day' | 'notice' | 'unread';
  readonly text: string;
  readonly mine: boolean;
  /** Of those that one sender wrote one after the other: the first carries the name, the last the picture and the time. */
  readonly first: boolean;
  readonly last: boolean;
  readonly time: string;
  readonly state: SendState | '';
  readonly recalled: boolean;
  readonly userId: string;
  readonly name: string;
  readonly picture: string;
}

/** Who somebody is to people: a nickname, or else the user id. */
export interface Face {
  readonly name: string;
  readonly picture: string;
}

/** Something that happened in a room, behind the message with that `seq`. It is not kept. */
export interface Notice {
  readonly key: string;
  readonly afterSeq: number;
  readonly at: number;
  readonly text: string;
}

export interface RowContext {
  readonly ownId: string;
  readonly marks: Marks;
  readonly isRoom: boolean;
  readonly now: number;
  readonly words: TimeWords & {
    readonly unreadBelow: string;
    recalledBy(name: string): string;
    readonly ownRecalled: string;
  };
  /** The last that was read when the conversation was opened; a line stands below it. 0 for none. */
  readonly readUpTo: number;
  face(userId: string): Face;
}

/** What one sender writes within this time belongs together. */
const GROUP_MS = 5 * 60_000;

/** The lines of `entries`, which follow `before` and are followed by `after`. */
export function rowsOf(
  entries: readonly Entry[],
  before: Entry | undefined,
  after: Entry | undefined,
  context: RowContext,
): Row[] {
  const rows: Row[] = [];
  entries.forEach((entry, index) => {
    const previous = index === 0 ? before : entries[index - 1];
    const next = entries[index + 1] || (index === entries.length - 1 ? after : undefined);
    const startsDay = !previous || !isSameDay(previous.sentAt, entry.sentAt);
    if (startsDay) rows.push(line(`day-${entry.key}`, 'day', dayLabel(entry.sentAt, context.now, context.words)));
    if (isFirstUnread(entry, previous, context)) {
      rows.push(line(`unread-${entry.key}`, 'unread', context.words.unreadBelow));
    }
    rows.push(messageRow(entry, previous, next, context));
  });
  return rows;
}

/** Behind each message what happened after it. */
export function withNotices(rows: readonly Row[], entries: readonly Entry[], notices: readonly Notice[]): Row[] {
  if (notices.length === 0) return rows.slice();
  const byKey = new Map(entries.map((entry) => [entry.key, entry.seq] as const));
  const result: Row[] = [];
  for (const row of rows) {
    result.push(row);
    const seq = row.kind === 'message' ? byKey.get(row.key) : undefined;
    if (seq === undefined) continue;
    for (const notice of notices) if (notice.afterSeq === seq) result.push(noticeRow(notice));
  }
  return result;
}

export function noticeRow({ key, text }: Notice): Row {
  return line(key, 'notice', text);
}

function messageRow(entry: Entry, previous: Entry | undefined, next: Entry | undefined, context: RowContext): Row {
  const { ownId, words } = context;
  const mine = entry.fromUserId === ownId;
  const { name, picture } = context.face(entry.fromUserId);
  if (entry.recalled) {
    return { ...line(entry.key, 'notice', mine ? words.ownRecalled : words.recalledBy(name)), recalled: true };
  }
  return {
    key: entry.key,
    kind: 'message',
    text: entry.text,
    mine,
    first: !isTogether(previous, entry) || isFirstUnread(entry, previous, context),
    last: !isTogether(entry, next) || (!!next && isFirstUnread(next, entry, context)),
    time: clockTime(entry.sentAt),
    state: mine ? shownState(entry, context) : '',
    recalled: false,
    userId: entry.fromUserId,
    name,
    picture,
  };
}

/** Nobody says of a room who has read what. */
function shownState(entry: Entry, { isRoom, marks, now }: RowContext): SendState | '' {
  const state = stateOf(entry, marks);
  if (state === 'sending' && !isNoLongerNew(entry, now)) return '';
  return isRoom && (state === 'delivered' || state === 'read') ? 'sent' : state;
}

function isTogether(one: Entry | undefined, other: Entry | undefined): boolean {
  if (!one || !other || one.recalled || other.recalled) return false;
  if (one.fromUserId !== other.fromUserId || !isSameDay(one.sentAt, other.sentAt)) return false;
  return Math.abs(other.sentAt - one.sentAt) < GROUP_MS;
}

function isFirstUnread(entry: Entry, previous: Entry | undefined, { readUpTo, ownId }: RowContext): boolean {
  if (readUpTo === 0 || entry.seq === undefined || entry.seq <= readUpTo || entry.fromUserId === ownId) return false;
  return !!previous && previous.seq !== undefined && previous.seq <= readUpTo;
}

function line(key: string, kind: Row['kind'], text: string): Row {
  return {
    key,
    kind,
    text,
    mine: false,
    first: true,
    last: true,
    time: '',
    state: '',
    recalled: false,
    userId: '',
    name: '',
    picture: '',
  };
}
