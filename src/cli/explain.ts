import { columns } from './columns.js';
import type { Command } from './command.js';
import { NODE_FLAGS, nodeOf } from './node-api.js';

/** What is shown of the answer of `GET /messages/{id}/life`. */
interface Life {
  readonly why: string;
  readonly kind: 'message' | 'room' | 'broadcast';
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: string;
  readonly toUserId?: string;
  readonly room?: string;
  readonly sentAt: number;
  readonly state?: string;
  readonly cursor?: number;
  readonly recipientCursor?: number;
  readonly head?: number;
  readonly online?: boolean;
  readonly delivered?: boolean;
  readonly read?: boolean;
  readonly devices?: readonly Device[];
  readonly sessions?: readonly Session[];
  readonly pushes?: readonly Push[];
  readonly published?: readonly { readonly at: number; readonly sessions: number }[];
}

interface Device {
  readonly deviceId: string;
  readonly cursor: number;
  readonly has: boolean;
  readonly seenAt: number;
  readonly confirmedAt?: number;
}

interface Session {
  readonly sessionId: string;
  readonly device: string;
  readonly full: boolean;
  readonly since: number;
  readonly written?: number;
  readonly bufferedBytes: number;
}

interface Push {
  readonly userId: string;
  readonly device: string;
  readonly sessionId: string;
  readonly at: number;
  readonly waited?: true;
  readonly endedAt?: number;
  readonly endCode?: number;
}

/** Asks a running node what became of a message. */
export const explain: Command = {
  name: 'explain',
  meaning: 'What became of a message, and why it did not arrive; asks a running node.',
  words: ['MESSAGEID'],
  flags: { ...NODE_FLAGS, json: { meaning: 'As JSON.' } },
  run: async (given) => {
    const { words, flags, print } = given;
    const [messageId = ''] = words;
    // The node has vouched for its fields.
    const life = (await nodeOf(given).get(`messages/${encodeURIComponent(messageId)}/life`)) as Life;
    print(flags.has('json') ? `${JSON.stringify(life, undefined, 2)}\n` : asText(life));
    return 0;
  },
};

function asText(life: Life): string {
  const { devices = [], sessions = [], pushes = [], published = [] } = life;
  const tables = [
    table(['device', 'has it', 'is at', 'last here', 'confirmed'], devices.map(deviceRow)),
    table(['session', 'device', 'since', 'sent up to', 'bytes waiting'], sessions.map(sessionRow)),
    table(['pushed to', 'device', 'at', 'network', 'session'], pushes.map(pushRow)),
    table(
      ['published at', 'sessions'],
      published.map(({ at, sessions: count }) => [time(at), String(count)]),
    ),
  ];
  return [`${life.why}\n`, columns(headRows(life)), ...tables.filter((text) => text !== '')].join('\n');
}

function headRows({ messageId, state, fromUserId, sentAt, seq, ...life }: Life): string[][] {
  const common = [
    ['message', state === undefined ? messageId : `${messageId}, ${state}`],
    ['from', fromUserId],
  ];
  if (life.kind !== 'message') {
    const to = life.room === undefined ? 'everyone' : `the room ${life.room}`;
    return [...common, ['to', to], ['sent', time(sentAt)], ['seq', String(seq)]];
  }
  const { toUserId = '', online, recipientCursor, head, cursor, delivered, read } = life;
  return [
    ...common,
    ['to', `${toUserId}, ${online ? 'online' : 'not online'}`],
    ['sent', time(sentAt)],
    [
      'number',
      `${recipientCursor} of ${toUserId}'s inbox, which is at ${head}; ${cursor} of ${fromUserId}'s; seq ${seq}`,
    ],
    ['delivered', yes(delivered)],
    ['read', yes(read)],
  ];
}

function deviceRow({ deviceId, has, cursor, seenAt, confirmedAt }: Device): string[] {
  return [deviceId, yes(has), String(cursor), time(seenAt), confirmedAt === undefined ? '' : time(confirmedAt)];
}

function sessionRow({ sessionId, device, full, since, written, bufferedBytes }: Session): string[] {
  return [sessionId, full ? device : 'plain', time(since), String(written ?? ''), String(bufferedBytes)];
}

function pushRow({ userId, device, sessionId, at, waited, endedAt, endCode }: Push): string[] {
  const session = sessionId === '' ? 'over HTTP' : sessionId;
  const ended = endedAt === undefined ? session : `${session}, ended with ${endCode} at ${time(endedAt)}`;
  return [userId, device, time(at), waited ? 'was slow' : 'took it', ended];
}

function table(head: readonly string[], rows: readonly string[][]): string {
  return rows.length === 0 ? '' : columns([head, ...rows]);
}

function yes(is: boolean | undefined): string {
  return is ? 'yes' : 'no';
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
