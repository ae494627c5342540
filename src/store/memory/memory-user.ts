import type { SetProfile } from '../../messaging/ports/store-writes.js';
import type { DeviceId, UserId } from '../../model/ids.js';
import { MAX_BLOCKED, type Profile } from '../../model/profile.js';
import type { StoredDevice, UserCard, UserMarks } from '../../model/stored.js';
import type { MemoryMessage, MemoryRecall } from './timeline.js';

/** One user's inbox, devices and marks, and how the user is to be seen. */
export class MemoryUser {
  head = 0;
  floor = 0;
  delivered = 0;
  /** Tokens given out before are worth nothing. */
  notBefore = 0;
  readonly entries = new Map<number, MemoryMessage | MemoryRecall>();
  /** How far this user has read, by peer. */
  readonly read = new Map<UserId, number>();
  profile: Profile = {};
  private invisible = false;
  /** `undefined` while never here. */
  private seenAt: number | undefined;
  private readonly blocked = new Set<UserId>();
  private devices: readonly StoredDevice[] = [];

  /** What was so far is gone; numbers go on. */
  erase(): void {
    this.floor = this.head;
    this.entries.clear();
    this.read.clear();
    this.blocked.clear();
    this.devices = [];
    this.profile = {};
    this.invisible = false;
    this.seenAt = undefined;
  }

  marks(): UserMarks {
    const { head, floor, delivered } = this;
    return { head, floor, delivered, devices: [...this.devices].sort(byLastSeen) };
  }

  get isSeen(): boolean {
    return this.seenAt !== undefined;
  }

  get hasProfile(): boolean {
    return Object.keys(this.profile).length > 0;
  }

  card(): UserCard {
    const { profile, invisible, seenAt = 0, devices } = this;
    const times = devices.map((device) => device.seenAt);
    return { profile, invisible, seenAt: Math.max(seenAt, ...times), blocked: [...this.blocked].sort() };
  }

  show({ nickname, avatar, invisible }: SetProfile): void {
    const given = Object.entries({ nickname, avatar }).filter(([, text]) => text !== undefined);
    const profile = Object.entries({ ...this.profile, ...Object.fromEntries(given) });
    this.profile = Object.fromEntries(profile.filter(([, text]) => text !== ''));
    this.invisible = invisible ?? this.invisible;
  }

  blocks(peerId: UserId): boolean {
    return this.blocked.has(peerId);
  }

  block(peerId: UserId): 'noted' | 'too_many' {
    if (!this.blocked.has(peerId) && this.blocked.size >= MAX_BLOCKED) return 'too_many';
    this.blocked.add(peerId);
    return 'noted';
  }

  unblock(peerId: UserId): 'noted' {
    this.blocked.delete(peerId);
    return 'noted';
  }

  see(seenAt: number): void {
    this.seenAt = Math.max(seenAt, this.seenAt ?? 0);
  }

  /** Returns the device's cursor, and how many others were forgotten. */
  confirm(
    deviceId: DeviceId,
    cursor: number,
    seenAt: number,
    maxDevices: number,
  ): { readonly cursor: number; readonly forgotten: number } {
    const before = this.devices.find((device) => device.deviceId === deviceId);
    const confirmed: StoredDevice = {
      deviceId,
      cursor: Math.max(cursor, before?.cursor ?? 0),
      seenAt: Math.max(seenAt, before?.seenAt ?? 0),
    };
    if (!this.isSeen) this.see(seenAt);
    this.delivered = Math.max(this.delivered, confirmed.cursor);
    const others = this.devices.filter((device) => device !== before).sort(byLastSeen);
    // The one that is here now is seen last, whatever the clock did since the others were.
    this.devices = [confirmed, ...others.slice(0, maxDevices - 1)];
    return { cursor: confirmed.cursor, forgotten: Math.max(0, others.length - (maxDevices - 1)) };
  }
}

function byLastSeen(one: StoredDevice, other: StoredDevice): number {
  return other.seenAt - one.seenAt || (one.deviceId < other.deviceId ? -1 : 1);
}
