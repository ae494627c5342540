import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pinned } from './pinned.mjs';

const SOURCES = fileURLToPath(new URL('../load/', import.meta.url));
const FOLDER = fileURLToPath(new URL('../dist/', import.meta.url));
const COMPILER = process.env.CC ?? 'cc';
const LONGEST_RUN_MS = 60_000;

/** Compiles a program of `load/` if that has not been done since it was last changed. Returns where it is. */
export function buildLoad(name) {
  const program = `${FOLDER}${name}`;
  const sources = ['.c', '.h'].map((end) => `${SOURCES}${name}${end}`).filter((file) => existsSync(file));
  sources.push(`${SOURCES}wire.h`);
  if (existsSync(program) && sources.every((source) => statSync(program).mtimeMs > statSync(source).mtimeMs)) {
    return program;
  }
  mkdirSync(FOLDER, { recursive: true });
  try {
    execFileSync(COMPILER, ['-O2', '-Wall', '-Wextra', '-o', program, sources[0]]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(`the load generator is in C, and there is no ${COMPILER} here to compile it`);
  }
  return program;
}

/** Runs one scenario against a server. Rejects if a frame was lost. */
export function generateLoad({ load, sessions, inFlight }, server, { warmUpMs, measureMs }) {
  const program = buildLoad('generator');
  return run(pinned(1, [program, load, server.port, sessions, inFlight, warmUpMs, measureMs, server.pid].map(String)));
}

/**
 * Runs a durable scenario against a server: `rate` messages a second, or if that is 0, so many in flight. Rejects if a
 * message was lost. It may use both cores, as the server may. One server has it more than once with another `initial` for
 * the users each time.
 */
export function generateDurable({ sessions, inFlight, rate = 0, initial = 'A' }, server, { warmUpMs, measureMs }) {
  const path = `${initial}%03d${server.keepsMessages ? '?v=1&device=bench' : ''}`;
  const settings = [path, server.port, sessions, inFlight, rate, warmUpMs, measureMs, server.pid];
  return run([buildLoad('durable'), ...settings.map(String)]);
}

/** Has all devices of a server come back at once. Rejects if one does not get exactly what it missed. */
export function generateResumes({ devices, missed, dialsAtOnce }, server) {
  return run([buildLoad('resume'), ...[server.port, devices, missed, dialsAtOnce, server.pid].map(String)]);
}

/**
 * Has all sessions join their rooms at once, and talk there; with `directs` so many direct messages a second are written
 * beside it. Rejects if a session does not get each message once and in order.
 */
export function generateRooms({ rooms, perRoom, inFlight, directs = 0 }, server, { warmUpMs, measureMs }) {
  const kind = server.keepsMessages ? 'minim' : 'raw';
  const settings = [kind, server.port, rooms, perRoom, inFlight, directs, warmUpMs, measureMs, server.pid];
  return run(pinned(1, [buildLoad('rooms'), ...settings.map(String)]));
}

async function run([command, ...args]) {
  const { stdout } = await promisify(execFile)(command, args, { timeout: LONGEST_RUN_MS });
  return JSON.parse(stdout);
}
