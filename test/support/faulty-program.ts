import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CLIENT_FRAMES } from '../../src/protocol/frames.js';

/** Where the handlers of frames are. */
const HANDLERS = ['gateway/im.gateway.js', 'gateway/people/people-frames.js', 'gateway/rooms/room-frames.js'];
const THROW = "throw new Error('thrown on purpose');";

/** A copy of the built program in which every handler throws for users whose ids begin with `bad`, and HTTP always. */
export function faultyProgram(): { readonly entry: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'minim-faulty-'));
  cpSync(resolve('dist'), join(folder, 'dist'), { recursive: true });
  cpSync(resolve('package.json'), join(folder, 'package.json'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const handlers = HANDLERS.map((file) => [file, readFileSync(join(folder, 'dist', file), 'utf8')] as const);
  const edit = (file: string, begin: RegExp, insert: string) => {
    const path = join(folder, 'dist', file);
    const source = readFileSync(path, 'utf8');
    const faulty = source.replace(begin, (found) => `${found} ${insert}`);
    if (faulty === source) throw new Error(`${file} has nothing like ${begin} any more: change this test with it`);
    writeFileSync(path, faulty);
  };
  for (const handler of Object.keys(CLIENT_FRAMES)) {
    const insert = `if (session.userId.startsWith('bad')) ${THROW}`;
    const begin = new RegExp(`^    ${handler}\\(.*session.*\\) \\{`, 'm');
    const [file] = handlers.find(([, source]) => begin.test(source)) ?? ['no file'];
    edit(file, begin, insert);
  }
  edit('gateway/im.gateway.js', /^ {4}admit\(session\) \{/m, `if (session.userId === 'bad-start') ${THROW}`);
  edit('api/health.controller.js', /^ {4}live\(\) \{/m, THROW);
  return {
    entry: join(folder, 'dist/main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
