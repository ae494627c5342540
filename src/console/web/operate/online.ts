/** Of a user id, lowest first, as texts are ordered. */
const CHARACTERS = '-.0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const LONGEST = 64;
const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;

export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

/**
 * The highest user id below all that begin with `beginning`, so that a page behind it begins with those; nothing if there
 * is none below.
 */
export function justBelow(beginning: string): string | undefined {
  const head = beginning.slice(0, -1);
  const lower = CHARACTERS[CHARACTERS.indexOf(beginning.slice(-1)) - 1];
  if (lower !== undefined) return (head + lower).padEnd(LONGEST, 'z');
  return head === '' ? undefined : head;
}
