import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Runs the import check in `folder`; the rules that are broken there. */
function brokenRules(folder: string): string[] {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', '--no-cache', 'src'];
  const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

describe('the import check', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'minim-imports-'));
    for (const sources of ['src', 'mini-program-client/src']) {
      cpSync(sources, join(folder, sources), { recursive: true });
    }
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) cpSync(file, join(folder, file));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes on what is here', () => {
    expect(brokenRules(folder)).toEqual([]);
  }, 30_000);

  it('fails when an import goes uphill', () => {
    const uphill = {
      'src/model/uphill.ts': `import '../protocol/limits.js';`,
      'src/messaging/uphill.ts': `import '../gateway/outflow.js';`,
      'src/messaging/framework.ts': `import '@nestjs/common';`,
      'src/api/sideways.ts': `import '../gateway/session.js';`,
      'src/gateway/transport/uphill.ts': `import '../session.js';`,
      'src/store/memory/sideways.ts': `import '../sqlite/wire.js';`,
      'src/store/memory/driver.ts': `import 'better-sqlite3';`,
      'src/store/sqlite/uphill.ts': `import '../../messaging/send-ephemeral.js';`,
      'src/gateway/driver.ts': `import 'ws';`,
      'src/cli/uphill.ts': `import '../messaging/send-message.js';`,
      'src/api/page.ts': `import '../console/web/main.js';`,
      'src/console/web/uphill.ts': `import '../plain-text.js';`,
      'src/open-cli.ts': `import './cli/columns.js';`,
    };
    for (const [file, source] of Object.entries(uphill)) writeFileSync(join(folder, file), source);
    expect(brokenRules(folder)).toEqual(
      [
        'api-imports-downhill',
        'cli-imports-what-it-looks-at',
        'console-pages-import-the-client',
        'driver-better-sqlite3',
        'driver-ws',
        'messaging-imports-model',
        'model-imports-nothing',
        'nobody-imports-the-cli',
        'pages-are-for-browsers',
        'plain-below-nest',
        'store-memory-imports-ports',
        'store-sqlite-imports-ports',
        'transport-knows-no-sessions',
      ].sort(),
    );
  }, 30_000);
});
