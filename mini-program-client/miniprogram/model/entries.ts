/** What was said in one conversation, as far as this phone knows it. Values: each function gives the next one. */

/** Something that was said, or is about to be. */
export interface Entry {
  /** Its name in the view. It stays the same from the first moment on. */
  readonly key: string;
  readonly fromUserId: string;
  readonly text: string;
  /** Milliseconds since 1970: the server's, and before it has spoken those of this phone. */
  readonly sentAt: number;
  /** The sender's own name for it, of what was sent from this phone. */
  readonly id?: string | undefined;
  readonly messageId?: string | undefined;
  /** Its place; none until the server has it. */
  readonly seq?: number | undefined;
  readonly recalled?: true | undefined;
  /** Why the server refused it for good: a code. */
  readonly failed?: string | undefined;
}

/** One that has its place. */
export interface Placed extends Entry {
  readonly seq: number;
}

export interface Thread {
  /** By `seq`, and nothing is missing between the first and the last. */
  readonly placed: readonly Placed[];
  /** What has no place there yet: on its way, refused, or acked before those that come before it were told. */
  readonly loose: readonly Entry[];
}

export const EMPTY_THREAD: Thread = { placed: [], loose: [] };

export function lastSeq({ placed }: Thread): number {
  const last = placed[placed.length - 1];
  return last ? last.seq : 0;
}

export function firstSeq({ placed }: Thread): number {
  const first = placed[0];
  return first ? first.seq : 0;
}

/** The newest of all; undefined where there is nothing. */
export function newest({ placed, loose }: Thread): Entry | undefined {
  return loose[loose.length - 1] || placed[placed.length - 1];
}

export function isPlaced(entry: Entry): entry is Placed {
  return entry.seq !== undefined;
}

/** Told in its turn. What lies before a hole goes: `history` brings it back when somebody looks for it. */
export function told(thread: Thread, entry: Placed): Thread {
  const loose = thread.loose.filter((other) => !isSame(other, entry));
  const own = thread.loose.find((other) => isSame(other, entry));
  const named = own ? { ...entry, key: own.key, id: own.id } : entry;
  return settle({ placed: insert(thread.placed, named), loose });
}

/** The server has it. It takes its place when nothing is missing before it, and waits for those otherwise. */
export function acked(thread: Thread, entry: Placed): Thread {
  if (thread.placed.some((other) => isSame(other, entry))) {
    return { placed: thread.placed, loose: thread.loose.filter((other) => other.id !== entry.id) };
  }
  const index = thread.loose.findIndex((other) => other.id === entry.id);
  const before = thread.loose[index];
  const loose = thread.loose.slice();
  if (before) loose[index] = { ...entry, key: before.key };
  else loose.push(entry);
  return settle({ placed: thread.placed, loose });
}

/** On its way, under an id of its own; also once more, after it was refused. */
export function waiting(thread: Thread, entry: Entry): Thread {
  if (thread.placed.some((other) => isSame(other, entry))) return thread;
  const before = thread.loose.find((other) => isSame(other, entry));
  const { messageId = undefined } = before || {};
  if (messageId !== undefined) return thread;
  const rest = thread.loose.filter((other) => other !== before);
  return { placed: thread.placed, loose: rest.concat(before ? { ...entry, key: before.key } : entry) };
}

export function refused(thread: Thread, entry: Entry, code: string): Thread {
  const loose = thread.loose.slice();
  const index = loose.findIndex((other) => other.id === entry.id);
  const before = loose[index];
  if (before) loose[index] = { ...before, failed: code };
  else loose.push({ ...entry, failed: code });
  return { placed: thread.placed, loose };
}

export function without(thread: Thread, id: string): Thread {
  return { placed: thread.placed, loose: thread.loose.filter((entry) => entry.id !== id) };
}

/** Its content is forgotten. Where it was never told, its place is taken all the same. */
export function recalled(thread: Thread, entry: Placed): Thread {
  const forget = <Kind extends Entry>(other: Kind): Kind =>
    other.messageId === entry.messageId ? { ...other, text: '', recalled: true } : other;
  const isKnown = (other: Entry) => other.messageId === entry.messageId;
  if (thread.placed.some(isKnown) || thread.loose.some(isKnown)) {
    return { placed: thread.placed.map(forget), loose: thread.loose.map(forget) };
  }
  const last = thread.placed[thread.placed.length - 1];
  // An old one that is not here is forgotten already.
  if (!last || entry.seq !== last.seq + 1) return thread;
  return told(thread, { ...entry, sentAt: entry.sentAt || last.sentAt, text: '', recalled: true });
}

/**
 * With a page of the history, which has everything from its first entry up to `before`, or to the end. A page that does not
 * touch what is here takes its place if it is newer, and is of no use if it is older.
 */
export function withPage(thread: Thread, page: readonly Placed[], before?: number): Thread {
  const first = page[0];
  const last = page[page.length - 1];
  if (!first || !last) return thread;
  const reach = Math.max(last.seq, (before || 1) - 1);
  const { placed } = thread;
  if (placed.length > 0 && reach < firstSeq(thread) - 1) return thread;
  const touches = first.seq <= lastSeq(thread) + 1;
  const known = new Map<string | undefined, Entry>();
  for (const entry of placed.concat(thread.loose.filter(isPlaced))) known.set(entry.messageId, entry);
  const named = page.map((entry) => {
    const own = known.get(entry.messageId) || thread.loose.find((other) => isSame(other, entry));
    return own ? { ...entry, key: own.key, id: own.id } : entry;
  });
  const kept = touches ? placed : placed.filter(({ seq }) => seq > last.seq);
  const inPage = new Set(page.map(({ seq }) => seq));
  const all = kept.filter(({ seq }) => !inPage.has(seq)).concat(named);
  all.sort((one, other) => one.seq - other.seq);
  const loose = thread.loose.filter((entry) => !page.some((other) => isSame(entry, other)));
  return settle({ placed: all, loose });
}

function insert(placed: readonly Placed[], entry: Placed): readonly Placed[] {
  const last = placed[placed.length - 1];
  if (!last || entry.seq > last.seq + 1) return [entry];
  if (entry.seq === last.seq + 1) return placed.concat(entry);
  const first = placed[0];
  if (!first || entry.seq < first.seq || placed.some(({ seq }) => seq === entry.seq)) return placed;
  return placed.concat(entry).sort((one, other) => one.seq - other.seq);
}

/** What was acked early takes its place as soon as the one before it is there. */
function settle({ placed, loose }: Thread): Thread {
  let rows = placed;
  let rest = loose;
  for (;;) {
    const last = rows[rows.length - 1];
    const next = rest.find(
      (entry): entry is Placed =>
        isPlaced(entry) && (entry.seq === 1 || !!last) && entry.seq <= (last ? last.seq : 0) + 1,
    );
    if (!next) return { placed: rows, loose: rest };
    rest = rest.filter((entry) => entry !== next);
    rows = insert(rows, next);
  }
}

function isSame(one: Entry, other: Entry): boolean {
  if (one.id !== undefined && one.id === other.id) return one.fromUserId === other.fromUserId;
  return one.messageId !== undefined && one.messageId === other.messageId;
}
