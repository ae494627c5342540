import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A copy of the built program that acks before the message is on stable storage, to show that a test sees what it is
 * there to see. Returns its entry.
 */
export function weakerProgram(): { readonly entry: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'minim-weaker-'));
  cpSync(resolve('dist'), join(folder, 'dist'), { recursive: true });
  cpSync(resolve('package.json'), join(folder, 'package.json'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'dist/store/sqlite/database.js');
  const source = readFileSync(file, 'utf8');
  const weaker = source.replace('synchronous = FULL', 'synchronous = NORMAL');
  if (weaker === source) throw new Error(`${file} does not say synchronous = FULL any more: change this test with it`);
  writeFileSync(file, weaker);
  return { entry: join(folder, 'dist/main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
