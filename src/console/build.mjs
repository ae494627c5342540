/**
 * Builds the web console: `node src/console/build.mjs`, after `nest build`, into `dist/console/web/`. One page, one script and
 * one style sheet with what they stand on; their names are of their content, so that browsers may keep them for ever.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const SOURCES = join(import.meta.dirname, 'web');
const TARGET = join(import.meta.dirname, '../../dist/console/web');

const { outputFiles } = await build({
  absWorkingDir: SOURCES,
  entryPoints: ['main.tsx'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'safari16.4'],
  charset: 'utf8',
  legalComments: 'none',
  tsconfig: 'tsconfig.json',
  outdir: TARGET,
  write: false,
});

const assets = outputFiles.map(({ path, contents }) => named(path.endsWith('.css') ? 'css' : 'js', contents));
assets.push(named('svg', await readFile(join(SOURCES, 'icon.svg'))));
await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
for (const { name, contents } of assets) await writeFile(join(TARGET, name), contents);
await writeFile(join(TARGET, 'index.html'), page(Object.fromEntries(assets.map(({ kind, name }) => [kind, name]))));
for (const { name, contents } of assets) console.log(`dist/console/web/${name}: ${contents.length} bytes`);

function named(kind, contents) {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 10);
  return { kind, name: `console-${digest}.${kind}`, contents };
}

function page({ js, css, svg }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Minim</title>
<link rel="icon" href="/console/${svg}" type="image/svg+xml">
<link rel="stylesheet" href="/console/${css}">
<script type="module" src="/console/${js}"></script>
</head>
<body>
<div id="page"></div>
<noscript>Minim is running. This page needs JavaScript; <code>curl</code> this address for a text without.</noscript>
</body>
</html>
`;
}
