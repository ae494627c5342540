import type { DeviceId, UserId } from '../model/ids.js';
import type { Clock } from './ports/clock.js';
import type { WriteQueue } from './write-queue.js';

/**
 * The cursor of one session's device, as it is stored [MP-3.8]. What is confirmed while a write is under way goes with
 * the next one, so that a device costs one write at a time however fast it confirms.
 */
export class DeviceCursor {
  private wanted = -1;
  private confirmed = -1;
  private writing = false;

  constructor(
    private readonly userId: UserId,
    private readonly deviceId: DeviceId,
    private readonly writes: WriteQueue,
    private readonly clock: Clock,
  ) {}

  confirm(cursor: number): void {
    if (cursor <= this.wanted) return;
    this.wanted = cursor;
    if (!this.writing) this.write();
  }

  private write(): void {
    const cursor = this.wanted;
    const { userId, deviceId } = this;
    this.writing = true;
    this.writes.add({ kind: 'confirm', userId, deviceId, cursor, seenAt: this.clock.now() }, (outcome) => {
      this.writing = false;
      if (outcome.kind === 'confirmed') this.confirmed = cursor;
      // What was not stored goes with the next confirmation.
      else if (this.wanted === cursor) this.wanted = this.confirmed;
      if (this.wanted > cursor) this.write();
    });
  }
}
