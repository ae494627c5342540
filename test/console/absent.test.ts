import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openConsole } from '../../src/console/console-files.js';
import { startBanner } from '../../src/ops/start-banner.js';
import { nodeInProcess } from '../support/in-process.js';

const BROWSER = { headers: { accept: 'text/html' } };

it('MINIM_CONSOLE=off leaves browsers the short text, and says so', async () => {
  const node = await nodeInProcess({ MINIM_CONSOLE: 'off' });
  const answer = await fetch(node.url, BROWSER);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await answer.text()).toContain('turned off with MINIM_CONSOLE=off');
});

it('a start says where the web console is, unless it is off', () => {
  const options = { isOpen: false, hasConsole: true };
  expect(startBanner('0.0.0.0', 3000, options)).toContain('Open      http://localhost:3000/ ');
  expect(startBanner('::1', 3000, options)).toContain('Open      http://[::1]:3000/ ');
  const without = startBanner('0.0.0.0', 3000, { ...options, hasConsole: false });
  expect(without).toContain('Connect   ws://localhost:3000/websocket/A');
  expect(without).not.toContain('Open');
});

it('a node without a built web console says how to build it, and serves all else', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'minim-console-'));
  expect(openConsole(true, empty)).toEqual({ absent: 'not built' });
  expect(openConsole(true, join(empty, 'nowhere'))).toEqual({ absent: 'not built' });
  rmSync(empty, { recursive: true, force: true });

  // Sources have none beside them.
  const node = await nodeInProcess();
  expect(await (await fetch(node.url, BROWSER)).text()).toContain('not built here: npm run build');
  expect((await fetch(`${node.url}/health/live`)).status).toBe(200);
});
