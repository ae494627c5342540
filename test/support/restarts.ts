import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as passed } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { freePort } from './client-ports.js';
import { startServer } from './server.js';

const PROGRAM = join(import.meta.dirname, 'restart-load.mjs');

export interface RestartOptions {
  readonly sessions: number;
  readonly perSecond: number;
  /** `MINIM_DRAIN_S`. */
  readonly drainS: number;
  /** Under load before the node is stopped, and after its successor has listened for `drainS`. */
  readonly loadMs: number;
  readonly backoffCapMs?: number;
}

/** What the clients saw of a restart, and how long the node itself took. */
export interface Restart {
  readonly exitCode: number | null;
  /** From the signal to the end of the process. */
  readonly stopMs: number;
  /** From the signal until the successor listens. */
  readonly awayMs: number;
  readonly sent: number;
  readonly acked: number;
  readonly failed: number;
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
  readonly sessionsLost: number;
  readonly sessionsBack: number;
  /** Dials after the first, those that failed included. */
  readonly redials: number;
  readonly medianGapMs: number;
  /** From the loss of a connection until it is synced again. */
  readonly longestGapMs: number;
  readonly longestAckMs: number;
  /** For how long the clients' own process did not get on. */
  readonly longestStallMs: number;
}

/** Stops a node under load and starts it again, on the same port and the same data. */
export async function restartUnderLoad(options: RestartOptions): Promise<Restart> {
  const { sessions, perSecond, drainS, loadMs, backoffCapMs = 30_000 } = options;
  const directory = mkdtempSync(join(tmpdir(), 'minim-restart-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const port = await freePort();
  const start = async () => {
    const server = await startServer({ port, env: { MINIM_DATA_DIR: directory, MINIM_DRAIN_S: String(drainS) } });
    onTestFinished(async () => void (await server.stop('SIGKILL')));
    return server;
  };

  const first = await start();
  const load = startLoad([first.url, sessions, perSecond, backoffCapMs].map(String));
  await load.line();
  await passed(loadMs);
  const began = performance.now();
  const exitCode = await first.stop();
  const stopMs = Math.round(performance.now() - began);
  const successor = await start();
  const awayMs = Math.round(performance.now() - began);
  await passed(drainS * 1_000 + loadMs);
  load.report();
  const seen = JSON.parse(await load.line());
  await successor.stop();
  return { exitCode, stopMs, awayMs, ...seen };
}

function startLoad(options: readonly string[]) {
  const program = spawn(process.execPath, [PROGRAM, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = () => program.kill('SIGKILL');
  process.once('exit', kill);
  program.once('exit', () => process.off('exit', kill));
  onTestFinished(() => void kill());
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  return {
    line: async (): Promise<string> => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the load has ended without a word');
      return value;
    },
    report: () => void program.stdin.write('report\n'),
  };
}
