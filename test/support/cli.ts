import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Changes } from './raw-changes.js';

const PROGRAM = join(import.meta.dirname, '../../bin/minim.mjs');

/** What came of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  /** Standard error. */
  readonly err: string;
}

/** Runs `minim` with these arguments, and none of the settings that the tests run with. */
export function minim(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program: string = PROGRAM,
): Promise<Outcome> {
  return outcomeOf(spawn(process.execPath, [program, ...args], { env: withoutSettings(env) }));
}

/** A `minim` that stays until the test is over. */
export interface StayingMinim {
  /** All lines of standard output or error, when one of them is as `pattern` says. */
  until(pattern: RegExp): Promise<string>;
  /** Ctrl+C; resolves when it has ended. */
  interrupt(): Promise<void>;
}

export function stayingMinim(args: readonly string[], env: Readonly<Record<string, string>>): StayingMinim {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: withoutSettings(env) });
  onTestFinished(() => void child.kill('SIGKILL'));
  const changes = new Changes();
  let written = '';
  const keep = (chunk: Buffer) => {
    written += chunk.toString();
    changes.notify();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return {
    until: (pattern) =>
      changes.until(
        () => (pattern.test(written) ? written : undefined),
        () => `expected ${pattern}, got:\n${written}`,
        10_000,
      ),
    interrupt: async () => {
      const ended = once(child, 'close');
      child.kill('SIGINT');
      await ended;
    },
  };
}

function withoutSettings(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(MINIM_|NODE_ENV$|PORT$|HOST$)/.test(name));
  return { ...Object.fromEntries(inherited), HOST: '127.0.0.1', PORT: '0', MINIM_DATA_DIR: NOWHERE, ...env };
}

/** Where no data directory is. */
const NOWHERE = join(tmpdir(), 'minim-that-is-not-there');

async function outcomeOf(child: ReturnType<typeof spawn>): Promise<Outcome> {
  const written = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    written.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    written.err += chunk.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, ...written };
}
