import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import { JSDOM } from 'jsdom';
import { onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'mini-program-client/dist');

/** What a module gets that imports what is not installed here. */
type Modules = Readonly<Record<string, unknown>>;

/** The fenced blocks of a document that have a name behind their language: ```` ```js chat-room ````, by that name. */
export class DocCode {
  private readonly blocks: ReadonlyMap<string, string>;

  constructor(
    file: string,
    /** What stands in the place of `ws://localhost:3000`. */
    private readonly address: () => string,
  ) {
    const named = readFileSync(join(ROOT, file), 'utf8').matchAll(/^```\w+ ([\w-]+)\n(.*?)^```$/gms);
    this.blocks = new Map([...named].map(([, name = '', text = '']) => [name, text]));
  }

  get names(): readonly string[] {
    return [...this.blocks.keys()];
  }

  /** Several blocks, one after the other. */
  read(...names: readonly string[]): string {
    const texts = names.map((name) => {
      const text = this.blocks.get(name);
      if (text === undefined) throw new Error(`the document has no block "${name}"`);
      return text;
    });
    return texts.join('\n').replaceAll('ws://localhost:3000', this.address());
  }

  /** The block with the lines changed as the `diff` block says. */
  changed(name: string, diff: string): string {
    const lines = this.read(diff).split('\n');
    const of = (sign: string) => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1));
    const [removed, added] = [of('-').join('\n'), of('+').join('\n')];
    const [before, after, ...more] = this.read(name).split(removed);
    if (removed === '' || after === undefined || more.length > 0)
      throw new Error(`"${name}" has to say once: ${removed}`);
    return before + added + after;
  }
}

/** Runs a module in Node, with the library as it is built, and gives what it exports. */
export function runInNode<Exports>(code: string, globals: object = {}, modules: Modules = {}): Exports {
  const module = { exports: {} };
  const own = createRequire(import.meta.url);
  const scope = { module, exports: module.exports, require: (name: string) => modules[name] ?? own(name), ...globals };
  compileFunction(bundled(code, 'cjs'), Object.keys(scope))(...Object.values(scope));
  return module.exports as Exports;
}

/** What is inside of a page's script that imports the library from beside it. */
export function scriptOf(html: string): string {
  const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(html) ?? [];
  return script.replace('./minim.mjs', 'minim-client');
}

/** A page of a browser, without a screen; its sockets are real. It is closed when the test is over. */
export function openPage(body: string): JSDOM['window'] {
  const { window } = new JSDOM(body, { url: 'http://localhost/', runScripts: 'outside-only' });
  onTestFinished(() => window.close());
  return window;
}

/** Runs a module in a page, with the library as it is built. */
export function runInPage(window: JSDOM['window'], code: string): void {
  window.eval(bundled(code, 'iife'));
}

/** The texts of what a selector finds. */
export function textsIn(window: JSDOM['window'], selector: string): readonly string[] {
  return [...window.document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? '');
}

/** Types into the fields of a form and sends it. */
export function submit(window: JSDOM['window'], selector: string, fields: Readonly<Record<string, string>>): void {
  const form = window.document.querySelector(selector);
  for (const [name, value] of Object.entries(fields)) {
    form?.querySelector(`[name=${name}]`)?.setAttribute('value', value);
  }
  form?.dispatchEvent(new window.Event('submit', { cancelable: true }));
}

function bundled(code: string, format: 'cjs' | 'iife'): string {
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    format,
    alias: { 'minim-client': join(BUILT, 'minim.mjs'), 'minim-client/mini-program': join(BUILT, 'minim.cjs') },
    external: ['ws', '@tarojs/taro', 'node:*'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
