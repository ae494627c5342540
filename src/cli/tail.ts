import { setTimeout as sleep } from 'node:timers/promises';
import { isUserId, USER_ID_FORM } from '../model/ids.js';
import type { UserEvent } from '../model/user-event.js';
import { type Command, type Given, UsageError } from './command.js';
import { NODE_FLAGS, type NodeApi, NodeRefusal, nodeOf } from './node-api.js';
import { lineOf } from './tail-lines.js';

const WAIT_S = 20;
/** Between two questions, so that what happens much is asked for together. */
const GATHER_MS = 100;
/** Before a node that is gone, or does not want to answer now, is asked again. */
const AGAIN_MS = 1_000;

/** What is used of the answer of `GET /users/{userId}/events`. */
interface Answer {
  readonly events: readonly UserEvent[];
  readonly next: string;
  readonly lost: number;
  readonly broken?: true;
}

/** Follows a user on a running node. */
export const tail: Command = {
  name: 'tail',
  meaning: "What happens to a user's messages from now on, line by line; asks a running node.",
  words: ['USER'],
  flags: { ...NODE_FLAGS, json: { meaning: 'One JSON object a line.' } },
  run: async (given) => {
    const [userId = ''] = given.words;
    if (!isUserId(userId)) throw new UsageError(`USER must be ${USER_ID_FORM}, got ${JSON.stringify(userId)}`);
    const node = nodeOf(given);
    const first = (await node.get(eventsOf(userId))) as Answer;
    given.note(`following ${userId} on ${node.url}; Ctrl+C ends it`);
    return follow(node, userId, first.next, given);
  },
};

async function follow(node: NodeApi, userId: string, from: string, given: Given): Promise<never> {
  for (let next = from; ; ) {
    const answer = await patiently(
      () => node.get(`${eventsOf(userId)}?after=${next}&wait=${WAIT_S}`, WAIT_S * 1_000),
      given,
    );
    // The node has vouched for its fields.
    const { events, lost, broken, next: following } = answer as Answer;
    next = following;
    tellGap(lost, broken === true, given);
    const isJson = given.flags.has('json');
    for (const event of events) given.print(`${isJson ? JSON.stringify(event) : lineOf(event)}\n`);
    await sleep(GATHER_MS);
  }
}

/** Until the node answers; who may not ask is told at once. */
async function patiently(ask: () => Promise<unknown>, { note }: Given): Promise<unknown> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NodeRefusal) || error.status === 401 || error.status === 403) throw error;
      if (!isTold) note(`${error.message}; it is asked again until it answers`);
      await sleep(error.retryAfterMs ?? AGAIN_MS);
    }
  }
}

function tellGap(lost: number, isBroken: boolean, { flags, print, note }: Given): void {
  if (lost === 0 && !isBroken) return;
  if (flags.has('json')) print(`${JSON.stringify({ type: 'gap', ...(isBroken ? {} : { lost }) })}\n`);
  else if (isBroken) note('the node began anew, or was not asked for a minute: what happened in between is not known');
  else note(`${lost} events came too fast, and are lost`);
}

function eventsOf(userId: string): string {
  return `users/${encodeURIComponent(userId)}/events`;
}
