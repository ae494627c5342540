import type { ScriptedSocket } from '../support/client-hosts.js';

/** How many pings went out on `socket`, whatever they confirm. */
export function pingsOf({ sent }: ScriptedSocket): number {
  return sent.filter((text) => JSON.parse(text).type === 'ping').length;
}
