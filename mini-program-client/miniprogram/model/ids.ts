/** Names for what is sent from this phone. Each says when it was made, for one that is found in the outbox later. */

export function newSendId(now: number, random: () => number): string {
  return `at-${now.toString(36)}-${random().toString(36).slice(2, 12)}`;
}

/** Milliseconds since 1970; `fallback` for what was named by somebody else. */
export function timeOfSend(id: string, fallback: number): number {
  const [, made = ''] = /^at-([0-9a-z]{8})-[0-9a-z]+$/.exec(id) || [];
  return made === '' ? fallback : parseInt(made, 36);
}
