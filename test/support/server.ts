import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const ENTRY = join(import.meta.dirname, '../../dist/main.js');
const START_WITHIN_MS = 25_000;

/** A Minim of its own for one test: the built program, in its own process, on a free port of 127.0.0.1. */
export interface RunningServer {
  readonly url: string;
  readonly ws: string;
  readonly port: number;
  readonly pid: number;
  /** What it has written so far, standard output and error together. */
  log(): string;
  signal(signal: NodeJS.Signals): void;
  /** Ends it and resolves with its exit code, `null` if a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Another build of the program. */
  readonly entry?: string;
}

export async function startServer({ env = {}, port = 0, entry = ENTRY }: StartOptions = {}): Promise<RunningServer> {
  const program = launch(entry, { HOST: '127.0.0.1', PORT: String(port), ...env });
  const bound = await listeningPort(program);
  const { child } = program;
  return {
    url: `http://127.0.0.1:${bound}`,
    ws: `ws://127.0.0.1:${bound}`,
    port: bound,
    pid: child.pid ?? 0,
    log: program.log,
    signal: (signal) => void child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}

/** As `startServer`, within a test; gone when the test is over, however it ends. */
export async function startServerForTest(options: StartOptions = {}): Promise<RunningServer> {
  const server = await startServer(options);
  onTestFinished(async () => void (await server.stop('SIGKILL')));
  return server;
}

/** Starts the program with settings it should refuse; resolves when it has ended. */
export async function startAndFail(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; log: string }> {
  const { child, log } = launch(ENTRY, { HOST: '127.0.0.1', PORT: '0', ...env });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, log: log() };
}

interface Program {
  readonly child: ChildProcess;
  log(): string;
}

function launch(entry: string, env: Readonly<Record<string, string>>): Program {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MINIM_'));
  const ownDirectory = mkdtempSync(join(tmpdir(), 'minim-data-'));
  const child = spawn(process.execPath, [entry], {
    env: { ...Object.fromEntries(inherited), LOG_PRETTY: 'off', MINIM_DATA_DIR: ownDirectory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const keep = (chunk: Buffer) => {
    written += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  // A test run that dies takes its servers with it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => {
    process.off('exit', kill);
    rmSync(ownDirectory, { recursive: true, force: true });
  });
  return { child, log: () => written };
}

async function listeningPort({ child, log }: Program): Promise<number> {
  const deadline = AbortSignal.timeout(START_WITHIN_MS);
  for (;;) {
    const [, inJson, forPeople] = /"port":(\d+),"msg":"listening"|^ +port: (\d+)$/m.exec(log()) ?? [];
    const port = inJson ?? forPeople;
    if (port !== undefined && log().includes('Minim is running')) return Number(port);
    if (child.exitCode !== null || deadline.aborted) throw new Error(`the server did not start:\n${log()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit'), once(deadline, 'abort')]);
  }
}
