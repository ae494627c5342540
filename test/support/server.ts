import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { atEnd } from './meanwhile.js';

const ENTRY = join(import.meta.dirname, '../../dist/main.js');
const WARM_START = join(import.meta.dirname, 'warm-start.mjs');
const START_WITHIN_MS = 25_000;
/** By then the one before has the core to itself no more. */
const LOAD_NEXT_AFTER_MS = 300;

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
  const program = launch(entry, { HOST: '127.0.0.1', PORT: String(port), ...env }, isLoadable(entry, env));
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
  atEnd(async () => void (await server.stop('SIGKILL')));
  return server;
}

/** Starts the program with settings it should refuse; resolves when it has ended. */
export async function startAndFail(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; log: string }> {
  const { child, log } = launch(ENTRY, { HOST: '127.0.0.1', PORT: '0', ...env }, false);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, log: log() };
}

/** What node itself is told has to be there from the beginning. */
function isLoadable(entry: string, env: Readonly<Record<string, string>>): boolean {
  return entry === ENTRY && env.NODE_OPTIONS === undefined;
}

interface Program {
  readonly child: ChildProcess;
  log(): string;
}

/** The next built programs, loading while a test still runs; they have no settings yet. */
const loaded: ChildProcess[] = [];
/** As often one node is wanted for each transport. */
const KEPT_LOADED = 2;

function launch(entry: string, env: Readonly<Record<string, string>>, isWarm: boolean): Program {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MINIM_'));
  const ownDirectory = mkdtempSync(join(tmpdir(), 'minim-data-'));
  const environment = { ...Object.fromEntries(inherited), LOG_PRETTY: 'off', MINIM_DATA_DIR: ownDirectory, ...env };
  const child = isWarm ? warmProgram(environment) : spawnProgram([entry], environment, 'ignore');
  let written = '';
  const keep = (chunk: Buffer) => {
    written += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.once('exit', () => rmSync(ownDirectory, { recursive: true, force: true }));
  return { child, log: () => written };
}

function warmProgram(environment: NodeJS.ProcessEnv): ChildProcess {
  const child = loaded.shift() ?? loadProgram();
  const settings = child.stdio[3];
  if (settings instanceof Writable) settings.end(JSON.stringify(environment));
  setTimeout(() => {
    while (loaded.length < KEPT_LOADED) loaded.push(loadProgram());
  }, LOAD_NEXT_AFTER_MS).unref();
  return child;
}

function loadProgram(): ChildProcess {
  return spawnProgram(['--import', WARM_START, ENTRY], process.env, 'pipe');
}

function spawnProgram(args: readonly string[], env: NodeJS.ProcessEnv, settings: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', settings] });
  // A test run that dies takes its servers with it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

async function listeningPort({ child, log }: Program): Promise<number> {
  const deadline = AbortSignal.timeout(START_WITHIN_MS);
  const isOver = Promise.race([once(child, 'exit'), once(deadline, 'abort')]);
  for (;;) {
    const [, inJson, forPeople] = /"port":(\d+),"msg":"listening"|^ +port: (\d+)$/m.exec(log()) ?? [];
    const port = inJson ?? forPeople;
    if (port !== undefined && log().includes('Minim is running')) return Number(port);
    if (child.exitCode !== null || deadline.aborted) throw new Error(`the server did not start:\n${log()}`);
    await Promise.race([isOver, once(child.stdout ?? child, 'data')]);
  }
}
