import type { ContentJson } from '../../model/content.js';
import type { RoomName, UserId } from '../../model/ids.js';

/** Whom a message is for. */
export type Addressee = { readonly toUserId: UserId } | { readonly room: RoomName } | { readonly broadcast: true };

/** A message, before anything is done with it. */
export interface UncheckedSend {
  readonly fromUserId: UserId;
  readonly to: Addressee;
  readonly content: ContentJson;
}

/** `content`: to be sent in place of what was given. `failed`: it could not be found out. */
export type CheckVerdict =
  | { readonly kind: 'allowed'; readonly content?: ContentJson }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly because: string };

/** Says whether a message may be sent. Guarantees: it never rejects, and is done within the time that it was given. */
export interface ContentCheck {
  check(send: UncheckedSend): Promise<CheckVerdict>;
}
