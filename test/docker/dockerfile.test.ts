import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';
import { isInContext } from './build-context.js';
import { baseImage, execForm, parseDockerfile, REPOSITORY, readDockerfile } from './dockerfile.js';

/** Minor versions of glibc 2, by Debian release. */
const GLIBC: Readonly<Record<string, number>> = { bookworm: 36, trixie: 41 };
/** `process.versions.modules`, by major version of Node. */
const MODULES: Readonly<Record<string, number>> = { 20: 115, 22: 127, 24: 137 };

const stages = readDockerfile();
const last = stages.at(-1)?.instructions ?? [];
const lastOf = (name: string) => last.filter((instruction) => instruction.name === name).at(-1)?.rest ?? '';

describe('docker/Dockerfile', () => {
  it('stands on an image whose glibc is new enough for the uWebSockets.js binary of its Node', () => {
    const [, node = '', debian = ''] = /^node:(\d+)-(\w+)-slim$/.exec(baseImage(stages)) ?? [];
    for (const arch of ['x64', 'arm64']) {
      expect(glibcWanted(arch, MODULES[node])).toBeLessThanOrEqual(GLIBC[debian] ?? 0);
    }
  });

  it('would not do so with Node 22 on bookworm', () => {
    expect(glibcWanted('x64', MODULES[22])).toBeGreaterThan(GLIBC.bookworm ?? 0);
  });

  it('builds in other stages than the one that runs, which runs no command of its own', () => {
    expect(stages.length).toBeGreaterThan(2);
    expect(last.some(({ name }) => name === 'RUN')).toBe(false);
  });

  it('runs as a user who is not root, on the port that the program has by default, without a shell between', () => {
    expect(lastOf('USER')).toBe('node');
    expect(lastOf('EXPOSE')).toBe(String(SETTINGS.port.default));
    expect(execForm(lastOf('CMD'))).toStrictEqual(['node', 'dist/main.js']);
    expect(execForm(lastOf('HEALTHCHECK').replace(/^CMD /, ''))?.[0]).toBe('node');
  });

  it('sets what the settings have by default, and production', () => {
    expect(lastOf('ENV').split(' ')).toStrictEqual([
      'NODE_ENV=production',
      `HOST=${SETTINGS.host.default}`,
      `PORT=${SETTINGS.port.default}`,
    ]);
  });

  it('takes nothing from the network but the base image and the packages of the lock file', () => {
    const all = stages.flatMap(({ instructions }) => instructions);
    expect(all.some(({ name }) => name === 'ADD')).toBe(false);
    const commands = all.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);
    for (const command of commands) expect(command).not.toMatch(/curl|wget|https?:|npm (i|install)\b|npx/);
  });

  it('copies only what .dockerignore lets into the context', () => {
    const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY'));
    const sources = copies
      .filter(({ flags }) => flags.from === undefined)
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(sources).toContain('src');
    for (const source of sources) expect(isInContext(source), source).toBe(true);
  });
});

describe('.dockerignore', () => {
  it.each([
    '.git/config',
    '.env',
    'src/.env.local',
    'data/minim.db',
    'dist/main.js',
    'node_modules/ws/package.json',
    'mini-program-client/node_modules/a/index.js',
    'mini-program-client/dist/minim.mjs',
    'minim.log',
    'src/minim.log',
    'test/support/server.ts',
  ])('keeps %s out', (path) => {
    expect(isInContext(path)).toBe(false);
  });

  it.each(['package.json', 'package-lock.json', 'src/main.ts', 'bin/minim.mjs', 'mini-program-client/build.mjs'])(
    'lets %s in',
    (path) => {
      expect(isInContext(path)).toBe(true);
    },
  );
});

describe('the Dockerfile reader of this test', () => {
  it('joins continued lines and tells stages, flags and arguments apart', () => {
    const text = '# a\nFROM x AS y\nRUN one \\\n  # b\n  && two\nFROM y\nCOPY --from=y --link /a b\n';
    expect(parseDockerfile(text)).toStrictEqual([
      { from: 'x', name: 'y', instructions: [{ name: 'RUN', flags: {}, rest: 'one && two' }] },
      {
        from: 'y',
        name: undefined,
        instructions: [{ name: 'COPY', flags: { from: 'y', link: '' }, rest: '/a b' }],
      },
    ]);
  });
});

/** The newest glibc 2 that a binary of uWebSockets.js asks for: its minor version. */
function glibcWanted(arch: string, modules: number | undefined): number {
  const file = join(REPOSITORY, `node_modules/uWebSockets.js/uws_linux_${arch}_${modules}.node`);
  const symbols = readFileSync(file, 'latin1').matchAll(/GLIBC_2\.(\d+)/g);
  return Math.max(...[...symbols].map(([, minor]) => Number(minor)));
}
