/**
 * Names for sends: a random beginning and a number. An id stays the sender's for as long as messages are kept, so the
 * beginning is long enough (about 80 bits) that no reload of any of a user's devices ever gets it again.
 */
export function idMaker(random: () => number): () => string {
  const prefix = letters(random) + letters(random);
  let count = 0;
  return () => `${prefix}-${++count}`;
}

/** Eight of 0-9 and a-z. */
export function letters(random: () => number): string {
  return random().toString(36).slice(2, 10).padEnd(8, '0');
}
