import { readdirSync, readFileSync } from 'node:fs';

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
