/** What a shop's backend can be told of. */
export const HOOK_TYPES = ['message.waiting', 'user.online', 'user.offline'] as const;
export type HookType = (typeof HOOK_TYPES)[number];

/** So many events wait at most; and so many dead letters are kept. */
export const MAX_QUEUED_HOOKS = 100_000;

/**
 * What was lost because too many events wait: an older one of presence made room (`displaced`), or the new one was not
 * taken, because all that wait are of messages (`refused`).
 */
export const HOOK_LOSSES = ['displaced', 'refused'] as const;
export type HookLoss = (typeof HOOK_LOSSES)[number];
