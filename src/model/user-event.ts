export const USER_EVENTS = [
  'connected',
  'disconnected',
  'sent',
  'came',
  'pushed',
  'ephemeral',
  'confirmed',
  'read',
  'receipt',
  'refused',
  'hook',
] as const;

/** What an event can be about. */
export const USER_EVENT_SUBJECTS = ['message', 'recall', 'broadcast', 'room'] as const;

/** Something that happened to a user's messages or sessions here. Never what a message says, and never a token. */
export interface UserEvent {
  /**
   * `sent`: a send or recall of the user, and what became of it. `came`: what others sent is stored for the user. `pushed`:
   * it went to a session of the user; `ephemeral` was handed over without being stored. `confirmed`: a device has
   * everything up to `cursor`. `read`: the user read a conversation. `receipt`: the user is told how far the other side
   * is. `refused`: a session was told an error. `hook`: an event for the shop's backend.
   */
  readonly type: (typeof USER_EVENTS)[number];
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly sessionId?: string;
  readonly device?: string;
  readonly full?: boolean;
  readonly remoteAddress?: string;
  /** Of `disconnected`, the close code. */
  readonly code?: number;
  /** Of `refused`, the word. */
  readonly error?: string;
  readonly what?: (typeof USER_EVENT_SUBJECTS)[number];
  readonly outcome?: string;
  /** The sender's own name for a send. */
  readonly id?: string;
  readonly messageId?: string;
  readonly fromUserId?: string;
  readonly toUserId?: string;
  readonly room?: string;
  readonly peerId?: string;
  readonly seq?: number;
  readonly cursor?: number;
  readonly delivered?: number;
  readonly read?: number;
  readonly ownRead?: number;
  /** So many got it. */
  readonly sessions?: number;
  /** Of `hook`, which event. */
  readonly event?: string;
  readonly reason?: string;
}
