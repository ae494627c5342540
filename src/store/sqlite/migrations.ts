import type { Database } from 'better-sqlite3';

/** Written into the header of the file, so that no other program's file is taken for ours ("Mnim"). */
export const APPLICATION_ID = 0x4d6e696d;

/**
 * What has been done to the file so far is its `user_version`; the migration of that index comes next. Never change one
 * that has been released: add another.
 *
 * `log` is the record: one row for each message, recall and broadcast, only ever added to at the end (but for content
 * that is to be forgotten). `inbox`, `conversation`, `latest` and `sent` are indexes of it that follow later, up to
 * `state.indexed_to`; what lies above is found by reading the log.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO state VALUES ('opened', 0), ('indexed_to', 0), ('sealed_to', 0), ('removed_to', 0), ('broadcast_floor', 0);
  -- What is written and removed again to find out whether the storage takes anything.
  CREATE TABLE probe(content BLOB NOT NULL) STRICT;
  CREATE TABLE epoch(first_pos INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE user(
    no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, floor INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE log(
    pos INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,        -- 0 message, 1 recall, 2 broadcast
    sender INTEGER NOT NULL,      -- user.no
    recipient INTEGER NOT NULL,   -- user.no; 0 for a broadcast
    seq INTEGER NOT NULL,         -- of a recall: the message's
    cursor INTEGER NOT NULL,
    recipient_cursor INTEGER NOT NULL,
    low_count INTEGER NOT NULL,   -- messages of the user with the lower number in this conversation so far
    previous INTEGER NOT NULL,    -- the sender's and the recipient's cursor of the message before in this conversation
    recipient_previous INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER,
    target INTEGER,               -- of a recall: pos of the message
    recalled_by INTEGER,          -- pos of the recall; content is then the digest of what it was
    id TEXT,
    content TEXT
  ) STRICT;
  CREATE TABLE inbox(
    user INTEGER NOT NULL, cursor INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (user, cursor)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE conversation(
    low INTEGER NOT NULL, high INTEGER NOT NULL, seq INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (low, high, seq)
  ) STRICT, WITHOUT ROWID;
  -- For each user and peer the cursor of their last message.
  CREATE TABLE latest(
    user INTEGER NOT NULL, cursor INTEGER NOT NULL, peer INTEGER NOT NULL, PRIMARY KEY (user, cursor)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sent(
    sender INTEGER NOT NULL, hash INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (sender, hash, pos)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE broadcast(seq INTEGER PRIMARY KEY, pos INTEGER NOT NULL) STRICT;
  -- How far a conversation had come with the last message that is no longer kept.
  CREATE TABLE removed(
    low INTEGER NOT NULL, high INTEGER NOT NULL, seq INTEGER NOT NULL, low_count INTEGER NOT NULL, PRIMARY KEY (low, high)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE device(
    user INTEGER NOT NULL, id TEXT NOT NULL, cursor INTEGER NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (user, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE read_mark(
    user INTEGER NOT NULL, peer INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (user, peer)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Tokens given out before are worth nothing.
  ALTER TABLE user ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX user_not_before ON user(not_before) WHERE not_before > 0;
  `,
  `
  -- A log row of kind 3 is a message to a room, and its recipient minus the room's number.
  CREATE TABLE room(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, floor INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE room_message(
    room INTEGER NOT NULL, seq INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (room, seq)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE user ADD COLUMN nickname TEXT;
  ALTER TABLE user ADD COLUMN avatar TEXT;
  ALTER TABLE user ADD COLUMN invisible INTEGER NOT NULL DEFAULT 0;
  -- NULL is never; of those who were here, some device may have been seen later still.
  ALTER TABLE user ADD COLUMN seen_at INTEGER;
  -- Rows of this user in the table below.
  ALTER TABLE user ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE block(user INTEGER NOT NULL, peer INTEGER NOT NULL, PRIMARY KEY (user, peer)) STRICT, WITHOUT ROWID;
  UPDATE user SET seen_at = (SELECT max(device.seen_at) FROM device WHERE device.user = user.no);
  `,
  `
  -- The digest of what the sender gave, where what is stored was changed before.
  CREATE TABLE changed(pos INTEGER PRIMARY KEY, digest TEXT NOT NULL) STRICT;
  -- Events that are to be told to a shop's backend, of each user one after the other. No number is ever given twice.
  CREATE TABLE hook(
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL,
    type INTEGER NOT NULL,        -- 0 message.waiting, 1 user.online, 2 user.offline
    at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    pos INTEGER                   -- of the message in the log
  ) STRICT;
  CREATE INDEX hook_of_user ON hook(user);
  CREATE INDEX hook_of_presence ON hook(no) WHERE pos IS NULL;
  -- Everyone who has any, when the first of them is due, and how often it was tried.
  CREATE TABLE hook_user(user INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL) STRICT;
  CREATE INDEX hook_user_due ON hook_user(due_at);
  CREATE TABLE dead_hook(
    no INTEGER PRIMARY KEY, user INTEGER NOT NULL, type INTEGER NOT NULL, at INTEGER NOT NULL, pos INTEGER,
    died_at INTEGER NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Users who are being erased: what they sent behind next_pos, up to last_pos, is still to be looked for. In the log,
  -- recalled_by is 0 where the sender was erased, and content then NULL.
  CREATE TABLE erasing(user INTEGER PRIMARY KEY, next_pos INTEGER NOT NULL, last_pos INTEGER NOT NULL) STRICT;
  `,
];

/** Brings the file up to this program's version, in one transaction. */
export function migrate(database: Database): void {
  const version = versionOf(database);
  if (version === MIGRATIONS.length) return;
  database.transaction(() => {
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  })();
}

export function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
