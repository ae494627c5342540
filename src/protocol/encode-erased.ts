import type { UserId } from '../model/ids.js';

/** What stands in place of the content that an erased user said in rooms and to everyone [MP-3.13]. */
const NOTHING = '';

/** An encoded broadcast or room message as it is told once `userId` is erased; others' stay as they are. */
export function withoutContentOf(userId: UserId, text: string): string {
  // Most are somebody else's, and need not be parsed; some that look like it only speak of the user.
  if (!text.includes(`"fromUserId":"${userId}"`)) return text;
  const frame: object = JSON.parse(text);
  if (!('fromUserId' in frame) || frame.fromUserId !== userId) return text;
  return JSON.stringify({ ...frame, message: NOTHING, profile: undefined });
}
