import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { minim, type Outcome } from '../support/cli.js';
import { startServer } from '../support/server.js';
import { SECRET, TOKEN_MODE } from '../support/tokens.js';

interface Told {
  readonly name: string;
  readonly status: string;
  readonly says: string;
  readonly advice?: string;
}

/** As on a system whose C library is too old for the binary. */
const NO_BINARY = `
  const load = process.dlopen;
  process.dlopen = (module, file, ...rest) => {
    if (file.includes('uws_')) throw new Error("version 'GLIBC_2.38' not found");
    return load.call(process, module, file, ...rest);
  };
`;
/** As on a machine whose clock is half a minute further whenever somebody looks. */
const JUMPING_CLOCK = `
  const now = Date.now;
  let looks = 0;
  Date.now = () => now() + 30_000 * looks++;
`;

const DAY_MS = 86_400_000;
const memory = '/dev/shm';

/** Node runs this before the program. */
const withScript = (script: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
});

describe('minim doctor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minim-doctor-'));
  const inMemory = existsSync(memory) ? mkdtempSync(join(memory, 'minim-doctor-')) : folder;
  const used = join(folder, 'used');
  const runs = new Map<string, Outcome>();
  let stranger: Server;
  let nodePid = 0;
  let filesBefore: readonly string[] = [];

  const run = async (name: string, env: Readonly<Record<string, string>>, args: readonly string[] = ['--json']) => {
    runs.set(name, await minim(['doctor', ...args], env));
  };
  const outcome = (name: string) => runs.get(name) ?? { code: null, out: '', err: '' };
  const told = (name: string, check: string) => {
    const { checks } = JSON.parse(outcome(name).out) as { checks: readonly Told[] };
    return checks.find((each) => each.name === check);
  };

  // A doctor looks at the clock for a second, so all of them do at once.
  beforeAll(async () => {
    mkdirSync(used);
    stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const port = String((stranger.address() as AddressInfo).port);
    // The stranger is asked for keys, and never answers.
    const badMachine = run('bad machine', {
      ...withScript(NO_BINARY),
      NODE_ENV: 'production',
      MINIM_AUTH: 'open',
      MINIM_MAX_SESSIONS: '9000000',
      MINIM_TRANSPORT: 'uws',
      MINIM_DATA_DIR: inMemory,
      MINIM_JWKS: `http://127.0.0.1:${port}/keys`,
      PORT: port,
      MINIM_METRICS_PORT: port,
    });
    const node = await startServer({ env: { MINIM_DATA_DIR: used } });
    nodePid = node.pid;
    await store(node.ws);
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'AA' }] }));
    await Promise.all([
      run('good', { ...TOKEN_MODE, MINIM_DATA_DIR: join(folder, 'new/data') }, []),
      run('wrong setting', { PORT: 'eighty' }),
      run('beside its node', { MINIM_DATA_DIR: used, PORT: String(node.port) }),
      run('beside another', { MINIM_DATA_DIR: used, MINIM_AUTH: 'token', MINIM_JWKS: keys }),
      run('odd machine', {
        ...withScript(NO_BINARY + JUMPING_CLOCK),
        HOST: '0.0.0.0',
        MINIM_DATA_DIR: keys,
        MINIM_BROADCAST: 'role',
      }),
    ]);
    await node.stop();
    const database = new SQLite(join(used, 'minim.db'));
    database.prepare('UPDATE log SET sent_at = ?').run(Date.now() + DAY_MS);
    database.close();
    filesBefore = readdirSync(used);
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'minim.db'), 'rubbish'.repeat(100));
    await Promise.all([
      badMachine,
      run('clock went back', { MINIM_DATA_DIR: used }),
      run('damaged', { MINIM_DATA_DIR: damaged, MINIM_JWT_SECRET: SECRET, HOST: '0.0.0.0' }),
    ]);
  });

  afterAll(() => {
    stranger.close();
    for (const each of [folder, inMemory]) rmSync(each, { recursive: true, force: true });
  });

  it('has a line for each check, and code 0 when none fails', () => {
    const { code, out, err } = outcome('good');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const rows = out.split('\n').map((line) => line.split(/ {2,}/));
    const checks = rows.slice(
      0,
      rows.findIndex(([first]) => first === ''),
    );
    expect(checks.map(([, name]) => name)).toEqual(
      'settings,node,transport,port,metrics port,auth,keys,open files,memory,clock,data directory,file system,room,disk speed'.split(
        ',',
      ),
    );
    expect(out).toMatch(/\n\n\d+ ok, \d+ warn, 0 fail\n$/);
    expect(out).toMatch(/100 appends with fsync: half within [\d.]+ ms, 99 % within [\d.]+ ms/);
  });

  it('leaves nothing where a data directory is to be made', () => {
    expect(outcome('good').out).toContain('is not there yet; the first start makes it');
    expect(readdirSync(folder)).not.toContain('new');
  });

  it('says of a wrong setting what a start says, and looks at nothing else', () => {
    const { code, out } = outcome('wrong setting');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      status: 'fail',
      checks: [
        {
          name: 'settings',
          status: 'fail',
          says: 'PORT must be an integer from 0 to 65535, got "eighty"',
          advice: 'see docs/settings.md; nothing else was looked at',
        },
      ],
    });
  });

  it('knows that the node it looks after has its directory and its port', () => {
    expect(outcome('beside its node').code).toBe(0);
    expect(told('beside its node', 'port')).toMatchObject({ status: 'ok' });
    expect(told('beside its node', 'data directory')).toMatchObject({ status: 'ok' });
    expect(told('beside its node', 'clock')).toMatchObject({
      says: 'steady for a second, and is not behind what is stored',
    });
  });

  it('fails when another process has the data directory, and names it', () => {
    expect(outcome('beside another').code).toBe(1);
    const by = process.platform === 'linux' ? `process ${nodePid}` : 'another process';
    expect(told('beside another', 'data directory')).toMatchObject({ status: 'fail', says: `${by} has ${used}` });
  });

  it('fails when a key set gives away private keys', () => {
    expect(told('beside another', 'keys')).toMatchObject({
      status: 'fail',
      says: '1 in MINIM_JWKS, 1 of them private',
    });
  });

  it('fails in production where anyone connects as anyone', () => {
    expect(told('bad machine', 'auth')).toMatchObject({ status: 'fail', advice: 'set MINIM_AUTH=token' });
    expect(outcome('bad machine').code).toBe(1);
  });

  it('fails when the open-file limit has no room for MINIM_MAX_SESSIONS, and warns when the memory has none', () => {
    expect(told('bad machine', 'open files')).toMatchObject({ status: 'fail' });
    expect(told('bad machine', 'open files')?.says).toMatch(/room for \d+ sessions, and MINIM_MAX_SESSIONS=9000000$/);
    expect(told('bad machine', 'memory')?.advice).toMatch(/set MINIM_MAX_SESSIONS=\d+$/);
  });

  it('fails when uWebSockets.js is asked for and does not load, and warns when ws takes over; with the reason', () => {
    for (const [name, status] of [
      ['bad machine', 'fail'],
      ['odd machine', 'warn'],
    ] as const) {
      expect(told(name, 'transport')).toMatchObject({ status });
      expect(told(name, 'transport')?.says).toContain('GLIBC_2.38');
    }
  });

  it('fails when another program has the port', () => {
    expect(told('bad machine', 'port')).toMatchObject({
      status: 'fail',
      advice: 'another program has this port: set PORT to a free one',
    });
  });

  it('fails when metrics are to have the port of all else', () => {
    expect(told('bad machine', 'metrics port')).toMatchObject({ status: 'fail' });
  });

  it('fails when the keys of tokens can not be fetched', () => {
    expect(told('bad machine', 'keys')).toMatchObject({ status: 'fail' });
    expect(told('bad machine', 'keys')?.says).toMatch(/^MINIM_JWKS: /);
  });

  it.runIf(inMemory !== folder)('fails when the data directory is memory', () => {
    expect(told('bad machine', 'file system')?.says).toMatch(/^tmpfs, at .*: it is memory/);
    expect(told('bad machine', 'disk speed')).toMatchObject({ status: 'warn' });
  });

  it('fails when the clock jumps', () => {
    expect(told('odd machine', 'clock')).toMatchObject({ status: 'fail' });
    expect(told('odd machine', 'clock')?.says).toMatch(/^it went \d{5,} ms off within a second: it jumps$/);
  });

  it('warns of open mode where others can reach it, and of roles that nobody has', () => {
    expect(told('odd machine', 'auth')).toMatchObject({ status: 'warn' });
    expect(told('odd machine', 'keys')).toMatchObject({ status: 'warn', advice: 'set MINIM_AUTH=token' });
  });

  it('fails when the data directory is none', () => {
    for (const check of ['data directory', 'disk speed'])
      expect(told('odd machine', check)).toMatchObject({ status: 'fail' });
  });

  it('fails when the newest stored message is from the future, and leaves the directory as it is', () => {
    expect(told('clock went back', 'clock')).toMatchObject({ status: 'fail' });
    expect(told('clock went back', 'clock')?.says).toMatch(/^it is 86\d{3} s behind the newest stored message/);
    expect(told('clock went back', 'data directory')).toMatchObject({ status: 'ok' });
    expect(readdirSync(used)).toEqual(filesBefore);
  });

  it('fails when the database is damaged, as a start does, and warns of secrets that nobody is asked for', () => {
    expect(told('damaged', 'data directory')?.says).toMatch(/minim\.db is not a database; it is left as it is$/);
    expect(told('damaged', 'auth')).toMatchObject({ status: 'warn', advice: 'set MINIM_AUTH=token' });
  });
});

/** Has one message stored. */
async function store(ws: string): Promise<void> {
  const socket = new WebSocket(`${ws}/websocket/A`);
  await once(socket, 'open');
  socket.send('{"type":"message","id":"m1","toUserId":"B","message":"hello"}');
  await once(socket, 'message');
  socket.close();
}
