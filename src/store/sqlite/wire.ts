import type { Declined, StoreOutcome, StoreWrite } from '../../messaging/ports/store-writes.js';
import type { UserId } from '../../model/ids.js';
import type { MessageNames } from './message-names.js';

/**
 * How batches cross to the writer's thread and back: flat lists of plain values, which are copied several times faster
 * than objects.
 */
export type PackedWrites = (string | number | null)[];

/** Places that one write takes in `PackedWrites`: kind, user, other, id, content, two numbers. */
export const WRITE_SLOTS = 7;
/** Places that one outcome takes in `PackedOutcomes.numbers`: kind, pos, and five numbers. */
export const OUTCOME_SLOTS = 7;

export const WRITE_KINDS = ['message', 'recall', 'broadcast', 'confirm', 'read'] as const;
export const OUTCOME_KINDS = [
  'stored',
  'duplicate',
  'confirmed',
  'read',
  'conflict',
  'not_found',
  'forbidden',
  'too_late',
  'above_head',
  'busy',
] as const;

export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

export interface PackedOutcomes {
  readonly numbers: Float64Array;
  /** Recipients of recalled messages, by place in the batch. */
  readonly recipients: Record<number, string>;
}

export function packWrites(batch: readonly StoreWrite[]): PackedWrites {
  const packed: PackedWrites = [];
  for (const write of batch) packWrite(write, packed);
  return packed;
}

function packWrite(write: StoreWrite, packed: PackedWrites): void {
  const kind = WRITE_KINDS.indexOf(write.kind);
  switch (write.kind) {
    case 'message':
      packed.push(
        kind,
        write.fromUserId,
        write.toUserId,
        write.id ?? null,
        write.content,
        write.sentAt,
        write.expiresAt ?? null,
      );
      return;
    case 'recall':
      packed.push(kind, write.fromUserId, write.messageId, write.id ?? null, null, write.sentAt, write.notBefore);
      return;
    case 'broadcast':
      packed.push(kind, write.fromUserId, null, write.id ?? null, write.content, write.sentAt, null);
      return;
    case 'confirm':
      packed.push(kind, write.userId, write.deviceId, null, null, write.cursor, write.seenAt);
      return;
    case 'read':
      packed.push(kind, write.userId, write.peerId, null, null, write.seq, null);
  }
}

export function unpackOutcomes(
  batch: readonly StoreWrite[],
  { numbers, recipients }: PackedOutcomes,
  names: MessageNames,
): StoreOutcome[] {
  return batch.map((write, index) => {
    const [kind = 0, pos = 0, seq = 0, sentAt = 0, cursor = 0, recipientCursor = 0, before = 0] = numbers.subarray(
      index * OUTCOME_SLOTS,
      (index + 1) * OUTCOME_SLOTS,
    );
    const name = OUTCOME_KINDS[kind] ?? 'busy';
    if (name === 'confirmed') return { kind: name, cursor, delivered: seq, deliveredBefore: before };
    if (name === 'read') return { kind: name, seq, seqBefore: before };
    if (name !== 'stored' && name !== 'duplicate') return { kind: name };
    const toUserId = write.kind === 'message' ? write.toUserId : (recipients[index] as UserId | undefined);
    const messageId = names.nameOf(pos);
    const duplicate = name === 'duplicate';
    const numbered = { kind: 'stored', messageId, seq, sentAt, cursor, recipientCursor, duplicate } as const;
    return toUserId === undefined ? numbered : { ...numbered, toUserId };
  });
}

export function allBusy(batch: readonly StoreWrite[]): Declined[] {
  return batch.map(() => ({ kind: 'busy' }));
}
