import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';
import { REPOSITORY } from './dockerfile.js';
import { readYaml } from './yaml.js';

const FOLDER = join(REPOSITORY, 'docker');
const FILE = join(FOLDER, 'compose.yaml');
const text = readFileSync(FILE, 'utf8');
const settings = Object.values(SETTINGS).map(({ name }): string => name);
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

describe('docker/compose.yaml', () => {
  const compose = readYaml(text);

  it('builds the image of this repository, which listens where the port leads', () => {
    expect(compose).toMatchObject({
      services: {
        minim: { build: { context: '..', dockerfile: 'docker/Dockerfile' }, ports: [expect.stringMatching(/:3000$/)] },
      },
    });
    expect(existsSync(join(FOLDER, '..', 'docker/Dockerfile'))).toBe(true);
    expect(SETTINGS.port.default).toBe(3000);
  });

  it('names only settings that there are', () => {
    const given = [...text.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
    const asked = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
    expect(given).toContain('MINIM_MAX_SESSIONS');
    for (const name of [...given, ...asked]) expect(settings).toContain(name);
  });

  it('leaves the program more time to stop than it takes, and room for many sessions', () => {
    expect(compose).toMatchObject({
      services: { minim: { init: 'true', stop_grace_period: '15s', ulimits: { nofile: '65536' } } },
    });
  });

  it('has nginx in front for those who ask, with our configuration, which finds the node by its name here', () => {
    expect(compose).toMatchObject({
      services: { nginx: { profiles: ['nginx'], volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro'] } },
    });
    expect(readFileSync(join(FOLDER, 'nginx.conf'), 'utf8')).toContain('server minim:3000;');
  });

  it.skipIf(!hasCompose)('is valid to docker compose, where that is installed', () => {
    const checked = spawnSync('docker', ['compose', '--profile', 'nginx', '-f', FILE, 'config', '--quiet']);
    expect(String(checked.stderr)).toBe('');
    expect(checked.status).toBe(0);
  });
});

describe('the YAML reader of this test', () => {
  it('reads mappings, lists and texts', () => {
    expect(readYaml('a:\n  b: "x: y" \n  # no\n  c:\n    - 1\n    - two words\nd: e\n')).toStrictEqual({
      a: { b: 'x: y', c: ['1', 'two words'] },
      d: 'e',
    });
  });

  it.each([
    ['a tab', 'a:\n\tb: c'],
    ['a key given twice', 'a: b\na: c'],
    ['a line too deep', 'a: b\n  c: d'],
    ['a line between two depths', 'a:\n    b: c\n  d: e'],
    ['a key without value', 'a:\nb: c'],
    ['an unquoted colon', 'a: b: c'],
    ['a flow collection', 'a: [b]'],
    ['an open quote', 'a: "b'],
  ])('refuses %s', (_, broken) => {
    expect(() => readYaml(broken)).toThrow('is no YAML');
  });
});
