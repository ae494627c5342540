#!/usr/bin/env node
/** What `npx minim` runs: the built command line, or where there is none how to get it. */
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('minim: it is not built yet: run npm run build\n');
  process.exitCode = 1;
}
