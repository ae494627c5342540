/** What the library's outbox has kept from an earlier start of the app: it is on its way, and to be shown as that. */

export interface KeptSend {
  readonly id: string;
  /** This or `room`. */
  readonly toUserId?: string | undefined;
  readonly room?: string | undefined;
  readonly message: unknown;
}

/** Nothing for anything else than an outbox. */
export function keptSends(text: string): readonly KeptSend[] {
  try {
    const frames: unknown = JSON.parse(text);
    return Array.isArray(frames) ? frames.filter(isKeptSend) : [];
  } catch (_) {
    return [];
  }
}

function isKeptSend(frame: unknown): frame is KeptSend {
  if (typeof frame !== 'object' || frame === null || !('id' in frame) || typeof frame.id !== 'string') return false;
  return (
    ('toUserId' in frame && typeof frame.toUserId === 'string') || ('room' in frame && typeof frame.room === 'string')
  );
}

/** What people read of a message: its text, or JSON as it is. */
export function textOf(message: unknown): string {
  if (message === undefined) return '';
  return typeof message === 'string' ? message : JSON.stringify(message);
}
