import type { DeviceId } from '../model/ids.js';
import type { UserMarks } from '../model/stored.js';

/** What a session says of its place when it connects. */
export interface ClaimedPlace {
  readonly cursor: number | undefined;
  readonly epoch: string | undefined;
  /** The last broadcast it has; absent when it asks for none [MP-4.2]. */
  readonly broadcast: number | undefined;
}

export interface Beginning {
  readonly cursor: number;
  /** The claimed cursor that can't be gone on from: of another epoch, above the head or below the floor [MP-3.10]. */
  readonly refused?: number;
}

/** Where a session's inbox begins; without a device that has a cursor, at the delivered mark [MP-3.8]. */
export function whereToBegin(
  marks: UserMarks,
  deviceId: DeviceId | undefined,
  claim: ClaimedPlace,
  epoch: string,
): Beginning {
  const { head, floor, delivered, devices } = marks;
  const { cursor } = claim;
  if (cursor === undefined) {
    const device = devices.find((stored) => stored.deviceId === deviceId);
    return { cursor: device?.cursor ?? Math.max(delivered, floor) };
  }
  if (isOfEpoch(claim, epoch) && cursor <= head && cursor >= floor) return { cursor };
  return { cursor: head, refused: cursor };
}

/** Without an epoch the numbers are believed [MP-1.18]. */
export function isOfEpoch(claim: ClaimedPlace, epoch: string): boolean {
  return claim.epoch === undefined || claim.epoch === epoch;
}
