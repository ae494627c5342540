import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../config/config.js';
import { type DirectoryLook, lookAtDirectory } from '../../store/sqlite/look-at-directory.js';

const ANSWER_WITHIN_MS = 2_000;

/** What the checks look at, and what more than one of them wants to know. */
export interface Subject {
  readonly config: Config;
  readonly isProduction: boolean;
  /** The data directory, or what is there of the path to it. */
  readonly place: string;
  /** `undefined` when the data directory is not there. */
  readonly store: DirectoryLook | undefined;
  /** Whether a node answers on the port that this one is to have. */
  readonly isNodeHere: boolean;
}

export async function subjectOf(config: Config, environment: NodeJS.ProcessEnv): Promise<Subject> {
  const directory = resolve(config.dataDirectory);
  const place = nearestThere(directory);
  return {
    config,
    isProduction: environment.NODE_ENV === 'production',
    place,
    store: place === directory ? lookAtDirectory(directory) : undefined,
    isNodeHere: await answersAsNode(config),
  };
}

function nearestThere(path: string): string {
  try {
    statSync(path);
    return path;
  } catch {
    return path === dirname(path) ? path : nearestThere(dirname(path));
  }
}

async function answersAsNode({ host, port }: Config): Promise<boolean> {
  if (port === 0) return false;
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${reachable}:${port}/health/live`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: 'error',
    });
    return (await answer.text()) === '{"status":"live"}';
  } catch {
    return false;
  }
}
