import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/client-ports.js';
import { SECRET } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';
import { copyContext } from './build-context.js';
import { readDockerfile } from './dockerfile.js';
import { environment, type Image, inImage, runDockerfile } from './run-dockerfile.js';

/** `npm ci` may be most of it, and has to fetch when its cache is empty. */
const BUILT_WITHIN_MS = 300_000;
const STARTED_WITHIN_MS = 15_000;
/** The `node` user of the base image. */
const NODE_USER = { uid: 1000, gid: 1000 };

/** Of what the steps of docker/Dockerfile leave, when its RUN lines go through `toCommand`. */
export function describeImage(name: string, toCommand: (command: string) => string): void {
  describe(`the steps of docker/Dockerfile, run in a clean folder, ${name},`, () => suite(toCommand));
}

function suite(toCommand: (command: string) => string): void {
  let folder = '';
  let image: Image;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minim-image-'));
    // So that another user than the one who builds can run what was built.
    await chmod(folder, 0o755);
    const context = join(folder, 'context');
    await mkdir(context);
    await copyContext(context);
    image = await runDockerfile(readDockerfile(), context, folder, toCommand);
  }, BUILT_WITHIN_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }), BUILT_WITHIN_MS);

  it('leave the program, what it needs to run, and nothing else', async () => {
    expect((await readdir(inImage(image, '.'))).sort()).toStrictEqual([
      'bin',
      'data',
      'dist',
      'node_modules',
      'package.json',
    ]);
    expect(await readdir(inImage(image, 'dist/console/web'))).toContain('index.html');
    const packages = await readdir(inImage(image, 'node_modules'));
    expect(packages).toContain('@nestjs');
    expect(packages).not.toContain('typescript');
  });

  it("leave the one uWebSockets.js binary of the image's own platform and Node version", async () => {
    const files = await readdir(inImage(image, 'node_modules/uWebSockets.js'));
    const own = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
    expect(files.filter((file) => file.endsWith('.node'))).toStrictEqual([own]);
  });

  it('put minim on the path, for docker exec, with a doctor that looks at the image', async () => {
    const port = await freePort();
    const found = await printed(
      start(image, ['minim', 'doctor'], port, { MINIM_AUTH: 'token', MINIM_JWT_SECRET: SECRET }),
    );
    expect(found).toMatch(new RegExp(`^ok +port +${port} on 127\\.0\\.0\\.1 is free$`, 'm'));
    expect(found).toMatch(/^ok +transport +uWebSockets\.js/m);
    expect(found).toMatch(/ 0 fail$/m);
  });

  it('give an image whose command serves as its user, whose health check tells, and which SIGTERM ends with 0', async () => {
    const port = await freePort();
    const healthcheck = () => exitCode(start(image, image.healthcheck, port));
    expect(await healthcheck()).toBe(1);

    const program = start(image, image.command, port, { MINIM_TRANSPORT: 'uws', MINIM_AUTH: 'open' });
    try {
      await listening(program);
      expect(await healthcheck()).toBe(0);
      const client = await WsClient.open(`ws://127.0.0.1:${port}/websocket/A`);
      expect(await client.ask('ping')).toStrictEqual({ type: 'pong' });

      program.kill('SIGSTOP');
      expect(await healthcheck()).toBe(1);
      program.kill('SIGCONT');
      program.kill('SIGTERM');
      expect(await exitCode(program)).toBe(0);
      expect(await client.ended).toMatchObject({ code: 1012 });
    } finally {
      program.kill('SIGKILL');
    }
  });
}

/** A process as the image would have it, but on the loopback. */
function start(image: Image, command: readonly string[], port: number, env: Record<string, string> = {}): ChildProcess {
  const [program = '', ...words] = command;
  expect(image.user).toBe('node');
  const child = spawn(program, words, {
    cwd: inImage(image, '.'),
    env: { ...environment(image), HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 ? NODE_USER : {}),
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function listening(program: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const failed = () => reject(new Error(`the program did not start:\n${log}`));
    const timer = setTimeout(failed, STARTED_WITHIN_MS);
    program.once('exit', failed);
    program.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (!log.includes('"msg":"listening"')) return;
      clearTimeout(timer);
      program.off('exit', failed);
      resolve();
    });
  });
}

async function printed(program: ChildProcess): Promise<string> {
  let output = '';
  program.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(program, 'close');
  return output;
}

async function exitCode(program: ChildProcess): Promise<number | null> {
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
  return program.exitCode;
}
