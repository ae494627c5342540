import { join } from 'node:path';
import { compileMiniProgram } from './build/compile.js';

/** Ours. */
export const MINI_PROGRAM = join(import.meta.dirname, '../../../mini-program-client/miniprogram');

const scripts = new Map<string, string>();

/** The mini-program in the folder `root` as one script; the folder is compiled once. @throws Error with all its problems */
export function programScript(root: string): string {
  const known = scripts.get(root);
  if (known !== undefined) return known;
  const { script, problems } = compileMiniProgram(root);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  scripts.set(root, script);
  return script;
}
