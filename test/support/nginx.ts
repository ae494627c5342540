import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './client-ports.js';
import { atEnd } from './meanwhile.js';

const CONFIGURATION = join(import.meta.dirname, '../../docker/nginx.conf');
const ANSWER_WITHIN_MS = 10_000;
const WORKER_STARTED = /start worker process \d+/g;
const WORKER_LEAVES = /gracefully shutting down/g;

/** A real nginx with a copy of docker/nginx.conf, in the foreground, on a free port of 127.0.0.1. */
export interface RunningNginx {
  readonly port: number;
  /** Its error log so far. */
  log(): string;
  /** Loads the configuration anew; resolves when the new workers have the port and the old ones only finish. */
  reload(): Promise<void>;
  /** Ends it, removes its folder and resolves with its access log. */
  stop(): Promise<string>;
}

export interface NginxOptions {
  /** The path of nginx. */
  readonly binary: string;
  /** The port of the node on 127.0.0.1. */
  readonly upstreamPort: number;
  /** Instead of the 75 s of docker/nginx.conf. */
  readonly readTimeoutS?: number;
  /** Other lines to replace. */
  readonly replace?: Readonly<Record<string, string>>;
}

export async function startNginx(options: NginxOptions): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'minim-nginx-'));
  // Its workers, who are nobody, go in and out.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, localCopy(readFileSync(CONFIGURATION, 'utf8'), folder, port, options));

  const words = ['-p', folder, '-e', 'stderr', '-c', file];
  const child = spawn(options.binary, [...words, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  // SIGTERM, at which the master takes its workers with it.
  const end = () => void child.kill('SIGTERM');
  process.once('exit', end);
  let accessLog: string | undefined;
  const stop = async () => {
    if (accessLog !== undefined) return accessLog;
    await endedBy(end, child);
    process.off('exit', end);
    accessLog = readIfThere(join(folder, 'access.log'));
    rmSync(folder, { recursive: true, force: true });
    return accessLog;
  };

  try {
    await appears(child, () => count(log, WORKER_STARTED) > 0);
  } catch (cause) {
    await stop();
    throw new Error(`nginx did not start:\n${log}`, { cause });
  }
  return {
    port,
    log: () => log,
    reload: async () => {
      const before = log.length;
      const [code] = await once(spawn(options.binary, [...words, '-s', 'reload'], { stdio: 'ignore' }), 'exit');
      if (code !== 0) throw new Error(`nginx -s reload ended with ${String(code)}:\n${log}`);
      await appears(child, () => {
        const since = log.slice(before);
        return count(since, WORKER_STARTED) > 0 && count(since, WORKER_LEAVES) >= count(since, WORKER_STARTED);
      });
    },
    stop,
  };
}

/** As `startNginx`, gone when the test is over. */
export async function startNginxForTest(options: NginxOptions): Promise<RunningNginx> {
  const started = await startNginx(options);
  atEnd(() => started.stop());
  return started;
}

/** The configuration with other addresses, timeouts and paths, and nothing else. */
function localCopy(text: string, folder: string, port: number, options: NginxOptions): string {
  const { upstreamPort, readTimeoutS = 75, replace = {} } = options;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  );
  const replacements = {
    'error_log /var/log/nginx/error.log notice;': 'error_log stderr notice;',
    '/var/log/nginx/access.log': `${folder}/access.log`,
    '/run/nginx.pid': `${folder}/nginx.pid`,
    'http {': `http {\n  ${temporary.join('\n  ')}`,
    'server minim:3000;': `server 127.0.0.1:${upstreamPort};`,
    'listen 80;': `listen 127.0.0.1:${port};`,
    'proxy_read_timeout 75s;': `proxy_read_timeout ${readTimeoutS}s;`,
    ...replace,
  };
  return Object.entries(replacements).reduce((copy, [from, to]) => replaceOnce(copy, from, to), text);
}

function replaceOnce(text: string, from: string, to: string): string {
  const [before, after, ...more] = text.split(from);
  if (after === undefined || more.length > 0) throw new Error(`docker/nginx.conf has to say "${from}" once`);
  return `${before}${to}${after}`;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Resolves when `holds` does; looks each time the error log grows. */
function appears(child: ChildProcess, holds: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      child.stderr?.off('data', look);
      child.off('exit', ended);
      settle();
    };
    const look = () => {
      if (holds()) finish(resolve);
    };
    const ended = () => finish(() => reject(new Error('nginx ended')));
    const timer = setTimeout(() => {
      finish(() => reject(new Error(`not in nginx's log within ${ANSWER_WITHIN_MS} ms`)));
    }, ANSWER_WITHIN_MS);
    child.stderr?.on('data', look);
    child.once('exit', ended);
    look();
  });
}

async function endedBy(end: () => void, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  end();
  await exited;
}
