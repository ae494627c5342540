import type { Database } from 'better-sqlite3';
import type { UserId } from '../../model/ids.js';
import type { Profile, ProfiledUser } from '../../model/profile.js';
import type { UserCard } from '../../model/stored.js';

interface ProfileRow {
  readonly nickname: string | null;
  readonly avatar: string | null;
}

interface CardRow extends ProfileRow {
  readonly no: number;
  readonly invisible: number;
  readonly seenAt: number;
  readonly blocks: number;
}

/** How users are to be seen, and whom they block. */
export class CardReader {
  private readonly sql;

  constructor(database: Database) {
    this.sql = {
      profile: database.prepare<[number], ProfileRow>('SELECT nickname, avatar FROM user WHERE no = ?'),
      profileOf: database.prepare<[string], ProfileRow>('SELECT nickname, avatar FROM user WHERE id = ?'),
      card: database.prepare<[string], CardRow>(
        `SELECT no, nickname, avatar, invisible, blocks,
         max(coalesce(seen_at, 0), (SELECT coalesce(max(device.seen_at), 0) FROM device WHERE device.user = user.no)) AS seenAt
         FROM user WHERE id = ?`,
      ),
      blocked: database
        .prepare<[number], UserId>('SELECT id FROM block JOIN user ON no = peer WHERE block.user = ? ORDER BY id')
        .pluck(),
    };
  }

  profile(user: number): Profile {
    return profileOf(this.sql.profile.get(user));
  }

  profileOf(userId: UserId): Profile {
    return profileOf(this.sql.profileOf.get(userId));
  }

  /** Those of them who have a profile. */
  profiled(userIds: Iterable<UserId>): ProfiledUser[] {
    return [...userIds]
      .map((userId) => ({ userId, profile: this.profileOf(userId) }))
      .filter(({ profile }) => profile.nickname !== undefined || profile.avatar !== undefined);
  }

  card(userId: UserId): UserCard {
    const row = this.sql.card.get(userId);
    if (row === undefined) return { profile: {}, invisible: false, seenAt: 0, blocked: [] };
    const blocked = row.blocks > 0 ? this.sql.blocked.all(row.no) : [];
    return { profile: profileOf(row), invisible: row.invisible === 1, seenAt: row.seenAt, blocked };
  }
}

function profileOf(row: ProfileRow | undefined): Profile {
  const nickname = row?.nickname ?? undefined;
  const avatar = row?.avatar ?? undefined;
  return { ...(nickname !== undefined && { nickname }), ...(avatar !== undefined && { avatar }) };
}
