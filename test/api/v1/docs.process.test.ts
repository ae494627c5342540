import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startServerForTest } from '../../support/server.js';

const KEY = 'key-of-the-docs-0123456789abcdef';
const BLOCKS = [...readFileSync('docs/api.md', 'utf8').matchAll(/^```sh\n(curl .*?)\n```\n```json\n(.*?)\n```/gms)].map(
  ([, command = '', shown = '']) => ({ command, shown }),
);

const run = promisify(execFile);
const MESSAGE_ID = /[0-9a-f]{10}-[0-9a-z]+/g;
const TIME = 1_767_225_600_000;

/** With the time that the docs show. */
function atTheTimeOfTheDocs(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) => (key === 'sentAt' && typeof value === 'number' ? TIME : value));
}

it('docs/api.md shows what its commands answer, one after the other', async () => {
  const { port } = await startServerForTest({ env: { MINIM_API_KEYS: `shop:send+broadcast+read:${KEY}` } });
  /** The names of messages here, by those in the docs. */
  const names = new Map<string, string>();
  const here = (text: string) => text.replace(MESSAGE_ID, (name) => names.get(name) ?? name);
  expect(BLOCKS.length).toBe(9);
  for (const { command, shown } of BLOCKS) {
    const { stdout } = await run('bash', ['-c', here(command).replaceAll('localhost:3000', `127.0.0.1:${port}`)], {
      env: { ...process.env, KEY },
    });
    const given = stdout.match(MESSAGE_ID) ?? [];
    for (const [at, name] of (shown.match(MESSAGE_ID) ?? []).entries()) names.set(name, given[at] ?? 'none');
    expect(atTheTimeOfTheDocs(stdout), command).toEqual(atTheTimeOfTheDocs(here(shown)));
  }
});
