import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JwtVerifier } from '../../src/auth/jwt-verifier.js';
import { SETTINGS } from '../../src/config/settings.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { minim } from '../support/cli.js';
import { SECRET, TOKEN_MODE } from '../support/tokens.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('what was typed wrong', () => {
  it.concurrent.each([
    [['strat'], '"strat" is no command; those are start, config, token, doctor, explain, tail, help'],
    [['help', 'strat'], '"strat" is no command; those are start, config, token, doctor, explain, tail, help'],
    [['doctor', '--jsn'], '--jsn is no flag of minim doctor; those are --json, --help'],
    [['start', '-p'], '-p is no flag of minim start; those are --help'],
    [['doctor', 'now'], '"now" is one word too many for minim doctor'],
    [['config', '--json=yes'], '--json takes no value, got "yes"'],
    [['token'], 'minim token needs --user USER'],
    [['token', '--user'], '--user needs USER behind it'],
    [['token', '--user', '--ttl', '5'], '--user needs USER behind it'],
    [['token', '--user', 'A B'], '--user must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "A B"'],
    [['token', '--user', 'A', '--user', 'B'], '--user is there twice'],
    [['token', '--user', 'A', '--ttl', '1h'], '--ttl must be an integer from 1 to 31536000, got "1h"'],
    [['token', '--user', 'A', '--roles', 'a,,b'], '--roles must be names with commas in between, got "a,,b"'],
  ])('%j: one clear line and code 2', async (args, line) => {
    expect(await minim(args, { MINIM_JWT_SECRET: SECRET })).toEqual({ code: 2, out: '', err: `minim: ${line}\n` });
  });
});

describe('a setting that is wrong', () => {
  const WRONG = 'PORT must be an integer from 0 to 65535, got "eighty"';

  it.concurrent.each(['start', 'config'])('minim %s: the line that every start has, and code 1', async (command) => {
    expect(await minim([command], { PORT: 'eighty' })).toEqual({ code: 1, out: '', err: `minim: ${WRONG}\n` });
  });

  it.concurrent('minim config knows of names that are no setting, and of files that can not be read', async () => {
    const [stranger, keys] = await Promise.all([
      minim(['config'], { MINIM_TRANSPROT: 'ws' }),
      minim(['config'], { MINIM_AUTH: 'token', MINIM_JWKS: '/nowhere/keys.json' }),
    ]);
    expect(stranger).toMatchObject({ code: 1, out: '' });
    expect(stranger.err).toMatch(/^minim: MINIM_TRANSPROT is no setting; did you mean MINIM_TRANSPORT\?.*\n$/);
    expect(keys).toMatchObject({ code: 1, out: '' });
    expect(keys.err).toMatch(/^minim: MINIM_JWKS must be a JSON Web Key Set of public keys: ENOENT.*\n$/);
  });

  it.concurrent('minim token says what to set when there is no secret', async () => {
    const { code, out, err } = await minim(['token', '--user', 'A']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe('minim: a token needs a secret to sign it: set MINIM_JWT_SECRET, the same as for the node\n');
  });
});

describe('minim help', () => {
  it.concurrent('is what minim alone prints, and what docs/cli.md shows', async () => {
    const [alone, help] = await Promise.all([minim([]), minim(['help'])]);
    expect(alone).toEqual({ code: 0, out: help.out, err: '' });
    expect(readFileSync('docs/cli.md', 'utf8')).toContain(`\`\`\`\n${help.out}\`\`\``);
  });

  it.concurrent('tells all flags of a command, as --help behind it does', async () => {
    const [flag, ...helps] = await Promise.all([
      minim(['token', '--help']),
      ...['token', 'explain', 'tail'].map((name) => minim(['help', name])),
    ]);
    expect(flag).toEqual({ code: 0, out: helps[0]?.out, err: '' });
    const shown = readFileSync('docs/cli.md', 'utf8');
    for (const { out } of helps) expect(shown).toContain(`\`\`\`\n${out}\`\`\``);
  });

  it.concurrent('minim --version is the version of the package', async () => {
    expect(await minim(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('minim config', () => {
  const env = { ...TOKEN_MODE, MINIM_BROADCAST: '', MINIM_FRAMES_PER_S: '', MINIM_RECALL_S: '7' };

  it.concurrent('shows every setting with its value and where that is from, secrets by their length', async () => {
    const { code, out, err } = await minim(['config'], env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, ...rows] = out
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(head).toEqual(['setting', 'value', 'from']);
    expect(rows.map(([name]) => name)).toEqual(Object.values(SETTINGS).map(({ name }) => name));
    expect(rows).toContainEqual(['MINIM_RECALL_S', '7', 'environment']);
    expect(rows).toContainEqual(['MINIM_BROADCAST', 'role', 'token default']);
    expect(rows).toContainEqual(['MINIM_FRAMES_PER_S', '20', 'token default']);
    expect(rows).toContainEqual(['MINIM_RETENTION_DAYS', '30', 'default']);
    expect(rows).toContainEqual(['MINIM_JWT_SECRET', `secret, ${SECRET.length} characters`, 'environment']);
    expect(out).not.toContain(SECRET);
  });

  it.concurrent('--json has the same, with what each may be and means', async () => {
    const { out } = await minim(['config', '--json'], env);
    const { settings } = JSON.parse(out) as { settings: Record<string, unknown>[] };
    const { name, expects, meaning } = SETTINGS.recallS;
    expect(settings).toContainEqual({ name, value: 7, from: 'environment', expects, meaning });
    expect(settings).toContainEqual(
      expect.objectContaining({ name: 'MINIM_JWT_SECRET', secret: true, length: SECRET.length }),
    );
    expect(settings).toHaveLength(Object.keys(SETTINGS).length);
    expect(out).not.toContain(SECRET);
  });
});

describe('minim token', () => {
  it.concurrent('prints a token alone, which says what it was asked to and which a node of these settings believes', async () => {
    const claims = { MINIM_JWT_AUDIENCE: 'phones', MINIM_JWT_ISSUER: 'shop' };
    const args = ['--user', 'A', '--ttl', '90', '--roles', 'broadcast,x', '--rooms', 'team-*, lobby', '--invisible'];
    const { code, out, err } = await minim(['token', ...args], { ...TOKEN_MODE, ...claims });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const options = { secrets: [SECRET], jwks: '', audience: 'phones', issuer: 'shop' };
    const identity = await new JwtVerifier(options, systemClock, () => {}).verify(out.trim());
    expect(identity).toMatchObject({ userId: 'A', roles: ['broadcast', 'x'] });
    expect(identity.expiresAt - identity.issuedAt).toBe(90_000);
    expect(claimsOf(out)).toMatchObject({ rooms: ['team-*', 'lobby'], invisible: true });
  });

  it.concurrent('is good for an hour and grants nothing by itself; without MINIM_AUTH=token that is noted', async () => {
    const { code, out, err } = await minim(['token', '--user=-A'], { MINIM_JWT_SECRET: `${SECRET},another-${SECRET}` });
    expect(code).toBe(0);
    expect(err).toBe('minim: with MINIM_AUTH=open a node asks for no tokens: set MINIM_AUTH=token\n');
    const { iat, exp, ...rest } = claimsOf(out);
    expect(rest).toEqual({ sub: '-A' });
    expect(Number(exp) - Number(iat)).toBe(3_600);
  });
});

describe('minim start', () => {
  it('is the node, and ends with the npx that started it', async () => {
    const program = 'exec 3>&1; node bin/minim.mjs start >&3 2>&3 & echo node $!; wait';
    const env = { ...process.env, npm_lifecycle_event: 'npx', LOG_PRETTY: 'off', HOST: '127.0.0.1', PORT: '0' };
    const directory = mkdtempSync(join(tmpdir(), 'minim-cli-'));
    const shell = spawn('sh', ['-c', program], {
      env: { ...env, MINIM_DATA_DIR: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let written = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    onTestFinished(() => {
      endStray(Number(/node (\d+)/.exec(written)?.[1]));
      rmSync(directory, { recursive: true, force: true });
    });
    while (!written.includes('Minim is running')) await once(shell.stdout, 'data');
    const port = /"port":(\d+),"msg":"listening"/.exec(written)?.[1];
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    shell.kill('SIGTERM');
    // The node holds the other end until it ends.
    await once(shell.stdout, 'end');
    expect(written).toContain('"msg":"stopped"');
  });
});

it('a package that is not built says how to build it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minim-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync('bin', join(folder, 'bin'), { recursive: true });
  const err = 'minim: it is not built yet: run npm run build\n';
  expect(await minim(['help'], {}, join(folder, 'bin/minim.mjs'))).toEqual({ code: 1, out: '', err });
});

function claimsOf(token: string): Record<string, unknown> {
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

/** A node that has outlived what should have ended it. */
function endStray(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, as it should be.
  }
}
