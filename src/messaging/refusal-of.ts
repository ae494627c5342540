import { TOO_MANY_BLOCKED } from '../model/profile.js';
import { Refusal } from '../model/refusal.js';
import type { Declined } from './ports/store-writes.js';
import { NOT_TAKEN } from './send-ephemeral.js';

/** Why nothing was stored, as whoever asked for it is told. What is `busy` each side words itself. */
export function refusalOf(kind: Exclude<Declined['kind'], 'busy'>): Refusal {
  switch (kind) {
    case 'conflict':
      return new Refusal('conflict', 'this id was used for another message; expected a new one');
    // Somebody else's message and one that never was look the same: ids are no oracle.
    case 'not_found':
    case 'forbidden':
      return new Refusal('not_found', 'there is no such message; expected a messageId of yours');
    case 'too_late':
      return new Refusal('forbidden', 'the time in which a message can be recalled is over');
    case 'not_taken':
      return new Refusal('forbidden', NOT_TAKEN);
    // No send is answered so; a block is.
    case 'too_many':
      return new Refusal('forbidden', TOO_MANY_BLOCKED);
    case 'above_head':
      return new Refusal('bad_frame', 'expected a number that was given out');
  }
}
