import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, startServer } from './support/server.js';

const README = readFileSync('README.md', 'utf8');
const TOUR = README.slice(README.indexOf('## Two minutes'), README.indexOf('## In your mini-program'));

/** The tour's code blocks in order: what to paste, and what it shows. */
const BLOCKS = [...TOUR.matchAll(/^```(sh|json)\n(.*?)^```/gms)].map(([, kind, text]) => ({
  kind,
  text: (text ?? '').trim(),
}));
const COMMANDS = BLOCKS.filter(({ kind }) => kind === 'sh').map(({ text }) => text);
const LISTEN = COMMANDS.find((command) => command.endsWith('/websocket/B')) ?? '';

/** What every full session is told first. */
const GREETING = /^\{"type":"(welcome|synced)"/;

/** What the README shows below the command, line by line. */
function shownAfter(command: string): readonly unknown[] {
  const shown = BLOCKS[BLOCKS.findIndex(({ text }) => text === command) + 1];
  if (shown?.kind !== 'json') throw new Error(`the README shows nothing after: ${command}`);
  return shown.text.split('\n').map(parseFrame);
}

/** A line of output without the time that it was sent at and the server's name for it. */
function parseFrame(line: string): unknown {
  const { sentAt: _, messageId: __, ...frame } = JSON.parse(line) as Record<string, unknown>;
  return frame;
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** A command that stays until it is stopped. */
function listens(command: string): boolean {
  return command.includes('wscat') && !command.includes(' -x ');
}

describe('the two-minute tour of the README', () => {
  let server: RunningServer;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    for (const child of started) child.kill();
    await server.stop();
  });

  /** Pastes a line into a shell whose input stays open, as a terminal's does. */
  function paste(command: string): { child: ChildProcess; output: () => string } {
    const here = command.replaceAll('localhost:3000', `127.0.0.1:${server.port}`);
    const child = spawn('bash', ['-c', `exec ${here}`], { stdio: ['pipe', 'pipe', 'ignore'] });
    started.push(child);
    let written = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    return { child, output: () => written.trim() };
  }

  async function framesOf(command: string): Promise<readonly unknown[]> {
    const { child, output } = paste(command);
    if (!listens(command)) await once(child, 'close');
    else
      while (output().split('\n').length < shownAfter(command).length || output() === '')
        await once(child.stdout ?? child, 'data');
    const lines = output().split('\n');
    return lines.filter((line) => !GREETING.test(line)).map(parseFrame);
  }

  it('has the commands', () => {
    expect(COMMANDS.length).toBe(7);
    expect(LISTEN).toContain('npx wscat');
  });

  it('shows B what A sends', async () => {
    const send = COMMANDS.find((command) => command.includes('"toUserId":"B"')) ?? '';
    const listener = paste(LISTEN);
    await untilOnline(server, 'B');
    const sent = framesOf(send);
    while (listener.output().split('\n').length < 3) await once(listener.child.stdout ?? listener.child, 'data');
    const [, ...frames] = listener.output().split('\n');
    // No order is promised between messages and broadcasts.
    expect(frames.map(parseFrame).sort(byText)).toEqual([...shownAfter(send)].sort(byText));
    // A is online too, so it gets its own broadcast.
    expect(await sent).toEqual(shownAfter(send).slice(0, 1));
  });

  it.each(COMMANDS.filter((command) => command !== LISTEN && !command.includes('"toUserId":"B"')))(
    'shows what comes of: %s',
    async (command) => {
      expect(await framesOf(command)).toEqual(shownAfter(command));
    },
  );
});

/** Resolves when a message reaches that user, who thereby gets exactly one. */
async function untilOnline(server: RunningServer, userId: string): Promise<void> {
  const socket = new WebSocket(`${server.ws}/websocket/knocker`);
  await once(socket, 'open');
  for (;;) {
    socket.send(JSON.stringify({ type: 'message', id: 'knock', toUserId: userId, message: 'knock', ephemeral: true }));
    const [answer] = await once(socket, 'message');
    if (String(answer).includes('"ack"')) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  socket.close();
}
