/**
 * Builds the client: `node mini-program-client/build.mjs`. The same sources give the same bytes, on any machine.
 *
 *   dist/minim.mjs, minim.d.mts        browsers, Node, bundlers
 *   dist/minim.cjs, minim.d.cts        mini-programs (CommonJS)
 *   miniprogram/lib/minim.js, .d.ts    the same once more, committed: the folder opens in the developer tools as it is
 *
 * With `--check` it writes nothing, and fails when a committed file is not what would be built.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, transform } from 'esbuild';
import { withAliases } from './build/aliases.mjs';
import { withArrows } from './build/arrows.mjs';
import { declarationsFor } from './build/declarations.mjs';
import { privateNames, sourcesIn } from './build/private-names.mjs';

const HERE = import.meta.dirname;
const COMMITTED = 'miniprogram/lib';
const TARGET = 'es2017';
/** The bundle shortens the names of their fields, where nobody outside can see them. */
const PRIVATE = [
  'connection/state.ts',
  'connection/connection.ts',
  'hosts/storage.ts',
  'inbox.ts',
  'listeners.ts',
  'marks.ts',
  'polling/polls.ts',
  'outbox.ts',
  'outgoing.ts',
  'receiving.ts',
  'rooms.ts',
  'sends.ts',
  'timeline.ts',
  'watching.ts',
];
const MAX_BYTES = 23_500;
const NOTICE = '// Built by mini-program-client/build.mjs from mini-program-client/src: change it there.\n';

const files = await buildAll();
const problems = process.argv.includes('--check') ? await compare() : await write();
for (const [path, text] of Object.entries(files)) {
  const bytes = Buffer.byteLength(text);
  if (!/\.[cm]?js$/.test(path)) continue;
  console.log(`${path}: ${bytes} bytes`);
  if (bytes >= MAX_BYTES) problems.push(`${path} has ${bytes} bytes, it must stay below ${MAX_BYTES}`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

async function buildAll() {
  const types = { browser: declarations('browser'), miniProgram: declarations('mini-program') };
  const own = PRIVATE.map((file) => join(HERE, 'src', file));
  const others = sourcesIn(join(HERE, 'src'), join(HERE, '../src/protocol'), join(HERE, '../src/model'));
  const mangled = privateNames(
    own,
    others.filter((file) => !own.includes(file)),
    Object.values(types),
  );
  const [browser, miniProgram] = await Promise.all([bundle('browser', mangled), bundle('mini-program', mangled)]);
  const commonJs = toCommonJs(miniProgram);
  return {
    'dist/minim.mjs': browser,
    'dist/minim.d.mts': types.browser,
    'dist/minim.cjs': commonJs,
    'dist/minim.d.cts': types.miniProgram,
    [`${COMMITTED}/minim.js`]: commonJs,
    [`${COMMITTED}/minim.d.ts`]: types.miniProgram,
  };
}

async function bundle(entry, mangled) {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: [`src/${entry}.ts`],
    bundle: true,
    minifySyntax: true,
    format: 'esm',
    target: TARGET,
    charset: 'utf8',
    tsconfig: 'tsconfig.json',
    write: false,
  });
  const { code } = await transform(withArrows(withAliases(outputFiles[0].text)), {
    minify: true,
    format: 'esm',
    target: TARGET,
    charset: 'utf8',
    mangleProps: new RegExp(`^(?:${mangled.join('|')})$`),
  });
  return code;
}

function declarations(entry) {
  return NOTICE + declarationsFor(join(HERE, `src/${entry}.ts`), join(HERE, 'tsconfig.json'));
}

/** What esbuild itself puts around CommonJS would be a twentieth of the whole. */
function toCommonJs(code) {
  const exported = /export\{([^}]*)\};\s*$/;
  const [statement, list] = exported.exec(code) ?? [];
  if (!statement) throw new Error('the bundle does not end with its exports');
  const properties = list.split(',').map((item) => {
    const [local, name = local] = item.split(' as ');
    return `${name}:${local}`;
  });
  return `"use strict";${code.replace(exported, '')}module.exports={${properties}};\n`;
}

async function write() {
  for (const [path, text] of Object.entries(files)) {
    const target = join(HERE, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  return [];
}

async function compare() {
  const committed = Object.keys(files).filter((path) => path.startsWith(COMMITTED));
  const stale = [];
  for (const path of committed) {
    const target = join(HERE, path);
    if (!existsSync(target) || (await readFile(target, 'utf8')) !== files[path]) stale.push(path);
  }
  return stale.map((path) => `${path} is not what the sources give: run npm run build:client and commit it`);
}
