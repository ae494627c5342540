import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGES = join(import.meta.dirname, '../../node_modules');

/** As strict as a stranger's project may be, with nothing of ours but the compiler and the types of Node. */
const TS_CONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noFallthroughCasesInSwitch: true,
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    rootDir: '.',
    outDir: 'built',
  },
};

/** A TypeScript project of its own with a client that was generated from an OpenAPI document. */
export class GeneratedClient {
  private constructor(private readonly directory: string) {}

  /** Its programs find the client in `./minim/`. */
  static async from(url: string, programs: Readonly<Record<string, string>>): Promise<GeneratedClient> {
    const directory = mkdtempSync(join(tmpdir(), 'minim-client-'));
    symlinkSync(PACKAGES, join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(TS_CONFIG));
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(directory, `${name}.ts`), text);
    const generator = join(PACKAGES, '@hey-api/openapi-ts/bin/run.js');
    await run(process.execPath, [generator, '-i', url, '-o', 'minim', '--no-log-file', '--silent'], { cwd: directory });
    return new GeneratedClient(directory);
  }

  /** What the compiler has against it; nothing, if it compiles. */
  async compile(): Promise<string> {
    try {
      await run(process.execPath, [join(PACKAGES, 'typescript/bin/tsc'), '-p', '.'], { cwd: this.directory });
      return '';
    } catch (error) {
      return String((error as { readonly stdout?: string }).stdout ?? error);
    }
  }

  /** What a program prints. */
  async run(name: string, env: Readonly<Record<string, string>>): Promise<string> {
    const program = join(this.directory, `built/${name}.js`);
    const { stdout } = await run(process.execPath, [program], { env: { ...process.env, ...env } });
    return stdout;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
