import type { Database } from 'better-sqlite3';
import { MAX_BLOCKED } from '../../model/profile.js';
import type { Numbering, UserHead } from './numbering.js';
import { type Answer, type PackedWrites, WRITE_KINDS } from './wire.js';

/** Writes that say something of a user and add nothing to the log. */
export class UserWrites {
  private readonly sql;

  constructor(
    database: Database,
    private readonly numbering: Numbering,
    private readonly maxDevices: number,
  ) {
    this.sql = statementsOf(database);
  }

  /** `write`: the slots of one. */
  apply(write: PackedWrites, answer: Answer): void {
    const [kind, user, other, , content, first, second] = write;
    const userId = String(user);
    switch (WRITE_KINDS[Number(kind)]) {
      case 'confirm':
        return this.confirm(userId, String(other), Number(first), Number(second), answer);
      case 'read':
        return this.read(userId, String(other), Number(first), answer);
      case 'revoke':
        return this.revoke(userId, Number(first), answer);
      case 'profile':
        this.sql.profile.run([other, content, first], this.numbering.user(userId).no);
        return answer('noted');
      case 'block':
        return answer(first === 1 ? this.block(userId, String(other)) : this.unblock(userId, String(other)));
      case 'seen':
        this.see(this.numbering.user(userId), Number(first));
        return answer('noted');
    }
  }

  isBlocked(user: UserHead, peer: number): boolean {
    return user.blocks > 0 && this.sql.isBlocked.get(user.no, peer) !== undefined;
  }

  private confirm(userId: string, deviceId: string, cursor: number, seenAt: number, answer: Answer): void {
    const known = this.numbering.existingUser(userId);
    if (cursor > (known?.head ?? 0)) return answer('above_head');
    const user = known ?? this.numbering.user(userId);
    const { no } = user;
    const deliveredBefore = this.sql.delivered.get(no) ?? 0;
    const confirmed = this.sql.confirm.get(no, deviceId, cursor, seenAt) ?? cursor;
    const { changes: forgotten } = this.sql.forgetDevices.run(no, no, deviceId, this.maxDevices);
    const delivered = Math.max(deliveredBefore, confirmed);
    if (delivered > deliveredBefore) this.sql.setDelivered.run(delivered, no);
    // From then on the devices say when.
    if (!user.isSeen) this.see(user, seenAt);
    answer('confirmed', 0, delivered, 0, confirmed, forgotten, deliveredBefore);
  }

  private revoke(userId: string, notBefore: number, answer: Answer): void {
    const { no } = this.numbering.user(userId);
    answer('revoked', 0, this.sql.revoke.get(notBefore, no) ?? notBefore);
  }

  private read(userId: string, peerId: string, seq: number, answer: Answer): void {
    const user = this.numbering.existingUser(userId);
    const peer = this.numbering.existingUser(peerId);
    const head = user !== undefined && peer !== undefined ? this.numbering.pair(user.no, peer.no).seq : 0;
    if (seq > head) return answer('above_head');
    if (user === undefined || peer === undefined) return answer('read', 0, 0);
    const before = this.sql.readMark.get(user.no, peer.no) ?? 0;
    if (seq > before) this.sql.setReadMark.run(user.no, peer.no, seq);
    answer('read', 0, Math.max(seq, before), 0, 0, 0, before);
  }

  private see(user: UserHead, seenAt: number): void {
    this.sql.see.run(seenAt, user.no);
    user.isSeen = true;
  }

  private block(userId: string, peerId: string): 'noted' | 'too_many' {
    const user = this.numbering.user(userId);
    const known = this.numbering.existingUser(peerId);
    if (known !== undefined && this.isBlocked(user, known.no)) return 'noted';
    if (user.blocks >= MAX_BLOCKED) return 'too_many';
    const peer = known ?? this.numbering.user(peerId);
    this.sql.block.run(user.no, peer.no);
    this.count(user, user.blocks + 1);
    return 'noted';
  }

  private unblock(userId: string, peerId: string): 'noted' {
    const user = this.numbering.existingUser(userId);
    const peer = this.numbering.existingUser(peerId);
    if (user === undefined || peer === undefined || !this.isBlocked(user, peer.no)) return 'noted';
    this.sql.unblock.run(user.no, peer.no);
    this.count(user, user.blocks - 1);
    return 'noted';
  }

  private count(user: UserHead, blocks: number): void {
    this.sql.setBlocks.run(blocks, user.no);
    user.blocks = blocks;
  }
}

function statementsOf(database: Database) {
  const number = <P extends unknown[]>(sql: string) => database.prepare<P, number>(sql).pluck();
  return {
    delivered: number<[number]>('SELECT delivered FROM user WHERE no = ?'),
    setDelivered: database.prepare<[number, number]>('UPDATE user SET delivered = ? WHERE no = ?'),
    confirm: number<[number, string, number, number]>(
      `INSERT INTO device VALUES (?, ?, ?, ?) ON CONFLICT (user, id) DO UPDATE
       SET cursor = max(cursor, excluded.cursor), seen_at = max(seen_at, excluded.seen_at) RETURNING cursor`,
    ),
    // The one that is here now is seen last, whatever the clock did since the others were.
    forgetDevices: database.prepare<[number, number, string, number]>(
      `DELETE FROM device WHERE user = ? AND id IN
       (SELECT id FROM device WHERE user = ? ORDER BY id <> ?, seen_at DESC, id LIMIT -1 OFFSET ?)`,
    ),
    revoke: number<[number, number]>(
      'UPDATE user SET not_before = max(not_before, ?) WHERE no = ? RETURNING not_before',
    ),
    readMark: number<[number, number]>('SELECT seq FROM read_mark WHERE user = ? AND peer = ?'),
    setReadMark: database.prepare<[number, number, number]>('INSERT OR REPLACE INTO read_mark VALUES (?, ?, ?)'),
    // NULL leaves a column as it is, an empty text makes it NULL.
    profile: database.prepare<[unknown[], number]>(
      `UPDATE user SET nickname = nullif(coalesce(?, nickname), ''), avatar = nullif(coalesce(?, avatar), ''),
       invisible = coalesce(?, invisible) WHERE no = ?`,
    ),
    see: database.prepare<[number, number]>('UPDATE user SET seen_at = max(coalesce(seen_at, 0), ?) WHERE no = ?'),
    isBlocked: number<[number, number]>('SELECT 1 FROM block WHERE user = ? AND peer = ?'),
    block: database.prepare<[number, number]>('INSERT INTO block VALUES (?, ?)'),
    unblock: database.prepare<[number, number]>('DELETE FROM block WHERE user = ? AND peer = ?'),
    setBlocks: database.prepare<[number, number]>('UPDATE user SET blocks = ? WHERE no = ?'),
  };
}
