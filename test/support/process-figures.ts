import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { RunningServer } from './server.js';

interface Process {
  readonly pid: number;
}

export function residentBytes({ pid }: Process): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1_024;
}

export function openFiles({ pid }: Process): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** For a server that is to say what it keeps, with the garbage collected. */
export const COLLECTING = { NODE_OPTIONS: `--import ${join(import.meta.dirname, 'collect-on-signal.mjs')}` };

/** What a server that was started with `COLLECTING` has once its garbage is gone. */
export async function keptBytes(server: Pick<RunningServer, 'pid' | 'signal'>): Promise<number> {
  for (const _each of [1, 2]) {
    server.signal('SIGUSR2');
    await passed(200);
  }
  return residentBytes(server);
}
