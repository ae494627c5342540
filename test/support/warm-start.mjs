/**
 * Given to node with `--import`, ahead of the program: loads what the program will load, then waits for the environment that
 * it is to run in, as JSON on descriptor 3. Most of a start is loading, and can be done before anybody knows its settings.
 */
import { closeSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const GIVEN = 3;

// The program's own threads are given it as well.
if (isMainThread) {
  await import(new URL('../../dist/serve.js', import.meta.url).href);
  const environment = JSON.parse(readFileSync(GIVEN, 'utf8'));
  closeSync(GIVEN);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}
