import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { wholeInbox } from './losses.js';
import { Sender } from './sender.js';
import type { RunningServer } from './server.js';

const PROGRAM = join(import.meta.dirname, 'client-life.mjs');
const USER = 'user';
const FRIEND = 'friend';
const STRANGERS = ['stranger-0', 'stranger-1'];
const LONGEST_MS = 1000;
/** By every other kill the app has begun to send so many: on a busy machine most may be killed before they run at all. */
const SENDING_FIRST = 3;
const END_WITHIN_MS = 30_000;

/** What apps on the client library noted over all their lives, against what the server has. */
export interface Lives {
  /** Messages of others that the inbox has, those of them that no life was told, and tellings out of turn. */
  readonly received: number;
  readonly untold: number;
  readonly outOfOrder: number;
  /** Tellings of a number that was told before: 1 at most for each kill. */
  readonly repeated: number;
  /** Numbers of the inbox of which the app never heard, neither as a message nor as its own ack. */
  readonly unheard: number;
  /** Messages that the app wanted to send, and whether its friend has each once and in order. */
  readonly sent: number;
  readonly arrivedWell: boolean;
  readonly failures: readonly string[];
}

/** Kills an app again and again while others write to it and it writes to a friend; each life goes on from its storage. */
export async function killClientsAndCompare(server: RunningServer, directory: string, kills: number): Promise<Lives> {
  const strangers = STRANGERS.map((userId) => new Sender({ userId, recipients: [USER], window: 2, pauseMs: 3 }));
  const end = new AbortController();
  const ends = strangers.map((stranger) => stranger.run(server.ws, end.signal));
  for (let kill = 0; kill < kills; kill += 1) {
    const enough = sendingIn(directory) + (kill % 2 === 0 ? SENDING_FIRST : 0);
    const app = live(server, directory);
    while (sendingIn(directory) < enough && app.exitCode === null) await after(10);
    await after(Math.random() * LONGEST_MS);
    const exited = once(app, 'exit');
    app.kill('SIGKILL');
    await exited;
  }
  end.abort();
  await Promise.all(ends);
  const app = live(server, directory);
  const exited = once(app, 'exit', { signal: AbortSignal.timeout(END_WITHIN_MS) });
  app.stdin?.write('end\n');
  await exited;
  return compare(server, readFileSync(join(directory, 'log'), 'utf8'));
}

/** How many messages the app has wanted to send, over all its lives. */
function sendingIn(directory: string): number {
  const log = join(directory, 'log');
  return existsSync(log) ? (readFileSync(log, 'utf8').match(/^sending /gm)?.length ?? 0) : 0;
}

function live(server: RunningServer, directory: string): ChildProcess {
  const app = spawn(process.execPath, [PROGRAM, server.url, USER, FRIEND, directory], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const kill = () => app.kill('SIGKILL');
  process.once('exit', kill);
  app.once('exit', () => process.off('exit', kill));
  return app;
}

async function compare({ ws }: RunningServer, log: string): Promise<Lives> {
  const lines = log.split('\n').map((line) => line.split(' '));
  const of = (kind: string) => lines.filter(([first]) => first === kind);
  const told = new Map(of('told').map(([, from, cursor, text]) => [Number(cursor), `${from} ${text}`]));
  const heard = new Set([...told.keys(), ...of('sent').map(([, , cursor]) => Number(cursor))]);
  const inbox = await wholeInbox(ws, USER);
  const fromOthers = inbox.filter(({ fromUserId }) => fromUserId !== USER);
  const sending = of('sending').map(([, number]) => number);
  const arrived = (await wholeInbox(ws, FRIEND)).map(({ message }) => message);
  return {
    received: fromOthers.length,
    untold: fromOthers.filter(
      ({ cursor, fromUserId, message }) => told.get(Number(cursor)) !== `${fromUserId} ${message}`,
    ).length,
    ...tellings(lines),
    unheard: inbox.filter(({ cursor }) => !heard.has(Number(cursor))).length,
    sent: sending.length,
    arrivedWell: arrived.join() === sending.join(),
    failures: of('failed').map((words) => words.join(' ')),
  };
}

/** Only the first telling of a life may be the last one of the life before. */
function tellings(lines: readonly string[][]): Pick<Lives, 'outOfOrder' | 'repeated'> {
  let last = 0;
  let isFirst = false;
  let [outOfOrder, repeated] = [0, 0];
  for (const [kind, , cursor] of lines) {
    if (kind === 'begin') isFirst = true;
    if (kind !== 'told') continue;
    if (Number(cursor) === last && isFirst) repeated += 1;
    else if (Number(cursor) <= last) outOfOrder += 1;
    last = Number(cursor);
    isFirst = false;
  }
  return { outOfOrder, repeated };
}
