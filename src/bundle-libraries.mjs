/**
 * Makes few files of the libraries that are many: `node src/bundle-libraries.mjs`, the last step of the build. Node finds
 * `dist/node_modules` before the installed ones, so the program's own files stay as they are. Otherwise most of a start is
 * finding, reading and compiling some 1,200 files (docs/decisions/0008).
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const INSTALLED = join(import.meta.dirname, '../node_modules');
const TARGET = join(import.meta.dirname, '../dist/node_modules');
const LIBRARIES = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  '@nestjs/websockets',
  'class-validator',
  'jose',
  'prom-client',
  'reflect-metadata',
];
/** What Nest can use, and Minim does not. */
const NOT_INSTALLED = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/platform-socket.io',
];
/** What Node adds to a CommonJS library that is imported. */
const OF_COMMONJS = new Set(['default', 'module.exports', '__esModule']);
/** CommonJS in an ES module asks Node for its built-in modules with it. */
const REQUIRE = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);`;

await rm(TARGET, { recursive: true, force: true });
const { outputFiles } = await build({
  entryPoints: Object.fromEntries(LIBRARIES.map((name) => [`${name}/index`, `library:${name}`])),
  outdir: TARGET,
  bundle: true,
  // What two of them use is there once.
  splitting: true,
  chunkNames: 'shared/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  keepNames: true,
  external: NOT_INSTALLED,
  banner: { js: REQUIRE },
  logLevel: 'warning',
  write: false,
  plugins: [{ name: 'libraries', setup: asEntries }],
});
for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, withClassNames(text));
}
await Promise.all(LIBRARIES.map(describe));

function asEntries({ onResolve, onLoad }) {
  onResolve({ filter: /^library:/ }, ({ path }) => ({ namespace: 'library', path: path.slice('library:'.length) }));
  onLoad({ filter: /./, namespace: 'library' }, async ({ path }) => ({
    contents: await exportsOf(path),
    resolveDir: INSTALLED,
  }));
}

/** All that a library exports; of CommonJS what Node finds in it. */
async function exportsOf(name) {
  const { type } = JSON.parse(await readFile(join(INSTALLED, name, 'package.json'), 'utf8'));
  if (type === 'module') return `export * from '${name}';`;
  const names = Object.keys(await import(name)).filter((each) => !OF_COMMONJS.has(each));
  return `import * as whole from '${name}'; export const { ${names.join(', ')} } = whole;`;
}

/**
 * Nest tells its log and its errors by their names which class speaks, so a class keeps its own. Functions would cost time
 * with theirs whenever one is made while a request is answered: for them the helper of `keepNames` does nothing.
 */
function withClassNames(text) {
  return text
    .replaceAll(/__name\(this, (".+?")\);/g, 'Object.defineProperty(this, "name", { value: $1, configurable: true });')
    .replace(/^var __name = .*$/m, 'var __name = (target) => target;');
}

async function describe(name) {
  const description = { name, type: 'module', exports: './index.js' };
  await writeFile(join(TARGET, name, 'package.json'), `${JSON.stringify(description)}\n`);
}
