import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
