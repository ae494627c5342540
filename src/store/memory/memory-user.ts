import type { DeviceId, UserId } from '../../model/ids.js';
import type { StoredDevice, UserMarks } from '../../model/stored.js';
import type { MemoryMessage, MemoryRecall } from './timeline.js';

/** One user's inbox, devices and marks. */
export class MemoryUser {
  head = 0;
  floor = 0;
  delivered = 0;
  /** Tokens given out before are worth nothing. */
  notBefore = 0;
  readonly entries = new Map<number, MemoryMessage | MemoryRecall>();
  /** How far this user has read, by peer. */
  readonly read = new Map<UserId, number>();
  private devices: readonly StoredDevice[] = [];

  marks(): UserMarks {
    const { head, floor, delivered } = this;
    return { head, floor, delivered, devices: [...this.devices].sort(byLastSeen) };
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
