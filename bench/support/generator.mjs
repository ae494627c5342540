import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pinned } from './pinned.mjs';

const SOURCE = fileURLToPath(new URL('../load/generator.c', import.meta.url));
const FOLDER = fileURLToPath(new URL('../dist/', import.meta.url));
const PROGRAM = `${FOLDER}generator`;
const COMPILER = process.env.CC ?? 'cc';
const LONGEST_RUN_MS = 60_000;

/** Compiles the load generator if that has not been done since it was last changed. */
export function buildGenerator() {
  if (existsSync(PROGRAM) && statSync(PROGRAM).mtimeMs > statSync(SOURCE).mtimeMs) return;
  mkdirSync(FOLDER, { recursive: true });
  try {
    execFileSync(COMPILER, ['-O2', '-Wall', '-Wextra', '-o', PROGRAM, SOURCE]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(`the load generator is in C, and there is no ${COMPILER} here to compile it`);
  }
}

/** Runs one scenario against a server. Rejects if a frame was lost. */
export async function generateLoad({ load, sessions, inFlight }, server, { warmUpMs, measureMs }) {
  const args = [load, server.port, sessions, inFlight, warmUpMs, measureMs, server.pid].map(String);
  const [command, ...rest] = pinned(1, [PROGRAM, ...args]);
  const { stdout } = await promisify(execFile)(command, rest, { timeout: LONGEST_RUN_MS });
  return JSON.parse(stdout);
}
