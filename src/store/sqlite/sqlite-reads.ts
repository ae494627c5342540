import type { Database } from 'better-sqlite3';
import type {
  DeadHooksPage,
  DeadHooksQuery,
  HookQueueState,
  HooksPage,
  HooksQuery,
} from '../../messaging/ports/store-hooks.js';
import type {
  BroadcastsPage,
  BroadcastsQuery,
  ConversationItem,
  ConversationsPage,
  ConversationsQuery,
  HistoryPage,
  HistoryQuery,
  InboxPage,
  InboxQuery,
  MessageQuery,
  Revocation,
  RoomHistoryPage,
  RoomHistoryQuery,
  RoomPage,
  RoomQuery,
  StoredLife,
} from '../../messaging/ports/store-reads.js';
import type { UserId } from '../../model/ids.js';
import { contentBytes, onePage, profileBytes } from '../../model/page.js';
import type { StoredDevice, UserCard, UserMarks } from '../../model/stored.js';
import { CardReader } from './card-reader.js';
import { HookReader } from './hook-reader.js';
import { LifeReader } from './life-reader.js';
import { LogReader } from './log-reader.js';
import type { MessageNames } from './message-names.js';
import { PairReader } from './pair-reader.js';
import { RoomReader } from './room-reader.js';
import { type Place, TailIndex } from './tail-index.js';

interface UserRow {
  readonly no: number;
  readonly floor: number;
  readonly delivered: number;
}

/** Answers reads from one connection: indexes in the database, and behind them the tail of the log. */
export class SqliteReads {
  private readonly tail: TailIndex;
  private readonly log: LogReader;
  private readonly pairs: PairReader;
  private readonly cardReader: CardReader;
  private readonly rooms: RoomReader;
  private readonly lives: LifeReader;
  private readonly events: HookReader;
  private readonly sql;

  constructor(database: Database, names: MessageNames) {
    this.tail = new TailIndex(database);
    this.log = new LogReader(database, names);
    this.pairs = new PairReader(database, this.tail, this.log);
    this.cardReader = new CardReader(database);
    this.rooms = new RoomReader(database, this.log, this.cardReader);
    this.lives = new LifeReader(database, names, this.log, (userId) => this.user(userId));
    this.events = new HookReader(database, names, this.log);
    const number = (sql: string) => database.prepare<number[], number>(sql).pluck();
    this.sql = {
      user: database.prepare<[string], UserRow>('SELECT no, floor, delivered FROM user WHERE id = ?'),
      devices: database.prepare<[number], StoredDevice>(
        'SELECT id AS deviceId, cursor, seen_at AS seenAt FROM device WHERE user = ? ORDER BY seen_at DESC, id',
      ),
      head: number('SELECT cursor FROM inbox WHERE user = ? ORDER BY cursor DESC LIMIT 1'),
      inbox: database.prepare<number[], Place>(
        'SELECT cursor AS number, pos FROM inbox WHERE user = ? AND cursor > ? AND cursor < ? ORDER BY cursor LIMIT ?',
      ),
      latest: database
        .prepare<number[], [number, number]>(
          'SELECT peer, cursor FROM latest WHERE user = ? AND cursor < ? AND cursor > ? ORDER BY cursor DESC',
        )
        .raw(),
      broadcasts: database.prepare<number[], Place>(
        'SELECT seq AS number, pos FROM broadcast WHERE seq > ? ORDER BY seq LIMIT ?',
      ),
      lastBroadcast: number('SELECT seq FROM broadcast ORDER BY seq DESC LIMIT 1'),
      revocations: database.prepare<[], Revocation>(
        'SELECT id AS userId, not_before AS notBefore FROM user WHERE not_before > 0',
      ),
      erasing: database.prepare<[], UserId>('SELECT id FROM erasing JOIN user ON no = user ORDER BY no').pluck(),
      broadcastFloor: number(`SELECT value FROM state WHERE name = 'broadcast_floor'`),
    };
  }

  /** Within a transaction, before anything is read in it. */
  follow(): void {
    this.tail.follow();
  }

  user(userId: UserId): UserMarks {
    const user = this.sql.user.get(userId);
    if (user === undefined) return { head: 0, floor: 0, delivered: 0, devices: [] };
    const { no, floor, delivered } = user;
    return { head: this.headOf(user), floor, delivered, devices: this.sql.devices.all(no) };
  }

  revocations(): readonly Revocation[] {
    return this.sql.revocations.all();
  }

  erasing(): readonly UserId[] {
    return this.sql.erasing.all();
  }

  inbox({ userId, after, now, ...limits }: InboxQuery): InboxPage {
    const user = this.sql.user.get(userId);
    if (user === undefined) return { entries: [], head: 0, floor: 0 };
    const { no, floor } = user;
    const places = this.inboxPlaces(no, Math.max(after, floor), limits.limit);
    return {
      entries: onePage(
        mapped(places, ({ pos }) => this.log.inboxEntry(no, pos, now)),
        limits,
      ),
      head: this.headOf(user),
      floor,
    };
  }

  broadcasts({ after, ...limits }: BroadcastsQuery): BroadcastsPage {
    const floor = this.sql.broadcastFloor.get() ?? 0;
    const places = this.sql.broadcasts.all(after, limits.limit);
    const items = onePage(
      mapped(places, ({ pos }) => this.log.broadcast(pos)),
      limits,
    );
    return { items, head: Math.max(this.sql.lastBroadcast.get() ?? 0, floor), floor };
  }

  history({ userId, peerId, before = Number.MAX_SAFE_INTEGER, now, ...limits }: HistoryQuery): HistoryPage {
    const row = this.sql.user.get(userId);
    const peer = this.sql.user.get(peerId)?.no;
    if (row === undefined || peer === undefined) return { items: [], more: false, delivered: 0, read: 0, ownRead: 0 };
    const { no: user, floor } = row;
    const places = this.pairs.placesAbove(floor, user, peer, before, limits.limit + 1);
    const items = onePage(
      mapped(places, ({ pos }) => this.log.historyItem(pos, now)),
      limits,
    );
    return { items, more: items.length < places.length, ...this.pairs.marks(user, peer) };
  }

  conversations({ userId, before = Number.MAX_SAFE_INTEGER, now, ...limits }: ConversationsQuery): ConversationsPage {
    const user = this.sql.user.get(userId);
    if (user === undefined) return { items: [], more: false };
    const peers = this.peers(user, before, limits.limit + 1);
    const found = mapped(peers, ([peer, cursor]) => this.conversation(user, peer, cursor, now));
    const items = onePage(found, limits, ({ last, profile }) => contentBytes(last) + profileBytes(profile));
    return { items, more: items.length < peers.length };
  }

  life(query: MessageQuery): StoredLife | undefined {
    return this.lives.life(query);
  }

  room(query: RoomQuery): RoomPage {
    return this.rooms.page(query);
  }

  roomHistory(query: RoomHistoryQuery): RoomHistoryPage {
    return this.rooms.history(query);
  }

  cards(userIds: readonly UserId[]): readonly UserCard[] {
    return userIds.map((userId) => this.cardReader.card(userId));
  }

  hooks(query: HooksQuery): HooksPage {
    return this.events.due(query);
  }

  deadHooks(query: DeadHooksQuery): DeadHooksPage {
    return this.events.dead(query);
  }

  hookQueue(): HookQueueState {
    return this.events.state();
  }

  private conversation({ no: user, floor }: UserRow, peer: number, cursor: number, now: number): ConversationItem {
    const [last] = this.pairs.places(user, peer, Number.MAX_SAFE_INTEGER, 1);
    if (last === undefined) throw new Error(`users ${user} and ${peer} have a conversation without a message`);
    const marks = this.pairs.marks(user, peer);
    const unread = this.pairs.unread(user, peer, marks.ownRead, floor);
    return {
      peerId: this.log.userId(peer),
      profile: this.cardReader.profile(peer),
      last: this.log.historyItem(last.pos, now),
      unread,
      cursor,
      ...marks,
    };
  }

  /** At most `limit` peers whose last message is below `before`, latest first. The tail's own say is the newer one. */
  private peers({ no: user, floor }: UserRow, before: number, limit: number): [number, number][] {
    const recent = this.tail.latest(user);
    const peers = [...recent].filter(([, cursor]) => cursor < before && cursor > floor).slice(0, limit);
    if (peers.length >= limit) return peers;
    for (const [peer, cursor] of this.sql.latest.iterate(user, before, floor)) {
      if (recent.has(peer)) continue;
      peers.push([peer, cursor]);
      if (peers.length >= limit) break;
    }
    return peers;
  }

  private inboxPlaces(user: number, after: number, limit: number): Place[] {
    const recent = this.tail.inbox(user);
    const first = recent[0]?.number ?? Number.MAX_SAFE_INTEGER;
    const indexed = after + 1 < first ? this.sql.inbox.all(user, after, first, limit) : [];
    const start = Math.max(0, after + 1 - first);
    return [...indexed, ...recent.slice(start, start + limit - indexed.length)];
  }

  private headOf({ no, floor }: UserRow): number {
    return this.tail.inbox(no).at(-1)?.number ?? Math.max(this.sql.head.get(no) ?? 0, floor);
  }
}

function* mapped<T, R>(values: Iterable<T>, map: (value: T) => R): Generator<R> {
  for (const value of values) yield map(value);
}
