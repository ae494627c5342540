import type { HookQueued, HookWrite, SettleHook } from '../../messaging/ports/store-hooks.js';
import type { Declined, Stored, StoreOutcome, StoreWrite } from '../../messaging/ports/store-writes.js';
import { HOOK_LOSSES, type HookLoss } from '../../model/hook.js';
import type { UserId } from '../../model/ids.js';
import type { MessageNames } from './message-names.js';

/**
 * How batches cross to the writer's thread and back: flat lists of plain values, which are copied several times faster
 * than objects.
 */
export type PackedWrites = (string | number | null)[];

/** Places that one write takes in `PackedWrites`: kind, user, other, id, content, two numbers, what the sender gave. */
export const WRITE_SLOTS = 8;
/** Places that one outcome takes in `PackedOutcomes.numbers`: kind, pos, and five numbers. */
export const OUTCOME_SLOTS = 7;

/** The first four are the kinds of row in the log. */
export const WRITE_KINDS = [
  'message',
  'recall',
  'broadcast',
  'room',
  'confirm',
  'read',
  'revoke',
  'profile',
  'block',
  'seen',
  'erase',
  'queueHook',
  'settleHook',
  'replayHooks',
  // A message whose recipient is not online.
  'waiting',
] as const;
export const OUTCOME_KINDS = [
  'stored',
  'duplicate',
  'confirmed',
  'read',
  'revoked',
  'noted',
  'erased',
  'queued',
  'replayed',
  'conflict',
  'not_found',
  'forbidden',
  'too_late',
  'above_head',
  'not_taken',
  'too_many',
  'busy',
] as const;

export const HOOK_RESULTS = ['done', 'retry', 'dead'] as const satisfies SettleHook['result'][];
const WAITING = WRITE_KINDS.indexOf('waiting');

export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** Where the outcome of a write goes. */
export type Answer = (kind: OutcomeKind, ...numbers: readonly number[]) => void;

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
        write.isWaiting ? WAITING : kind,
        write.fromUserId,
        write.toUserId,
        write.id ?? null,
        write.content,
        write.sentAt,
        write.expiresAt ?? null,
        write.given ?? null,
      );
      return;
    case 'recall':
      packed.push(kind, write.fromUserId, write.messageId, write.id ?? null, null, write.sentAt, write.notBefore, null);
      return;
    case 'broadcast':
      packed.push(
        kind,
        write.fromUserId,
        null,
        write.id ?? null,
        write.content,
        write.sentAt,
        null,
        write.given ?? null,
      );
      return;
    case 'room':
      packed.push(
        kind,
        write.fromUserId,
        write.room,
        write.id ?? null,
        write.content,
        write.sentAt,
        null,
        write.given ?? null,
      );
      return;
    case 'confirm':
      packed.push(kind, write.userId, write.deviceId, null, null, write.cursor, write.seenAt, null);
      return;
    case 'read':
      packed.push(kind, write.userId, write.peerId, null, null, write.seq, null, null);
      return;
    case 'revoke':
      packed.push(kind, write.userId, null, null, null, write.notBefore, null, null);
      return;
    case 'profile':
      packed.push(
        kind,
        write.userId,
        write.nickname ?? null,
        null,
        write.avatar ?? null,
        write.invisible === undefined ? null : Number(write.invisible),
        null,
        null,
      );
      return;
    case 'block':
      packed.push(kind, write.userId, write.peerId, null, null, Number(write.blocked), null, null);
      return;
    case 'seen':
      packed.push(kind, write.userId, null, null, null, write.seenAt, null, null);
      return;
    case 'erase':
      packed.push(kind, write.userId, null, null, null, null, null, null);
      return;
    default:
      packHookWrite(kind, write, packed);
  }
}

function packHookWrite(kind: number, write: HookWrite, packed: PackedWrites): void {
  switch (write.kind) {
    case 'queueHook':
      packed.push(kind, write.userId, write.type, null, null, write.at, null, null);
      return;
    case 'settleHook': {
      const result = HOOK_RESULTS.indexOf(write.result);
      packed.push(kind, null, write.eventId, null, write.reason ?? '', write.at, result, null);
      return;
    }
    case 'replayHooks':
      packed.push(kind, null, null, null, null, write.at, write.limit, null);
  }
}

export function unpackOutcomes(
  batch: readonly StoreWrite[],
  { numbers, recipients }: PackedOutcomes,
  names: MessageNames,
): StoreOutcome[] {
  return batch.map((write, index) => {
    const at = index * OUTCOME_SLOTS;
    const place = (slot: number) => numbers[at + slot] ?? 0;
    const kind = OUTCOME_KINDS[place(0)] ?? 'busy';
    if (kind === 'stored' || kind === 'duplicate') {
      const recipient = write.kind === 'message' ? write.toUserId : (recipients[index] as UserId | undefined);
      return storedAt(place, names, kind === 'duplicate', recipient);
    }
    return markAt(place, kind);
  });
}

function storedAt(
  place: (slot: number) => number,
  names: MessageNames,
  duplicate: boolean,
  toUserId: UserId | undefined,
): Stored {
  const kind = 'stored';
  const messageId = names.nameOf(place(1));
  const [seq, sentAt, cursor, recipientCursor, loss] = [place(2), place(3), place(4), place(5), place(6)];
  // Written out: copying one into the other would cost ten times as much as all the rest.
  if (toUserId === undefined) return { kind, messageId, seq, sentAt, cursor, recipientCursor, duplicate };
  const hookLoss = loss === 0 ? undefined : HOOK_LOSSES[loss - 1];
  if (hookLoss === undefined) return { kind, messageId, seq, sentAt, cursor, recipientCursor, duplicate, toUserId };
  return { kind, messageId, seq, sentAt, cursor, recipientCursor, duplicate, toUserId, hookLoss };
}

function markAt(place: (slot: number) => number, kind: Exclude<OutcomeKind, 'stored' | 'duplicate'>): StoreOutcome {
  switch (kind) {
    case 'confirmed':
      return { kind, cursor: place(4), delivered: place(2), deliveredBefore: place(6), forgotten: place(5) };
    case 'revoked':
      return { kind, notBefore: place(2) };
    case 'erased':
      return { kind, more: place(1) === 1 };
    case 'read':
      return { kind, seq: place(2), seqBefore: place(6) };
    case 'replayed':
      return { kind, count: place(2) };
    case 'queued':
      return queuedWith(HOOK_LOSSES[place(2) - 1]);
    default:
      return { kind };
  }
}

export function allBusy(batch: readonly StoreWrite[]): Declined[] {
  return batch.map(() => ({ kind: 'busy' }));
}

function queuedWith(loss: HookLoss | undefined): HookQueued {
  return loss === undefined ? { kind: 'queued' } : { kind: 'queued', loss };
}
