import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, stat } from 'node:fs/promises';
import { delimiter, join, posix } from 'node:path';
import { execForm, type Instruction, type Stage } from './dockerfile.js';

/** What is known of an image, and the folder that stands for its file system. */
export interface Image {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

/** A whole step, `npm ci` with nothing in its cache too. */
const STEP_WITHIN_MS = 240_000;
const OUTPUT_KEPT = 4_000;

/**
 * Runs the stages of a Dockerfile without Docker: each in a folder of its own below `folder`, with this machine's Node
 * in place of the base image, and those that don't need each other at once, as BuildKit does. Knows only the
 * instructions that ours uses, and of paths in RUN only relative ones. What RUN says goes through `toCommand` first.
 */
export async function runDockerfile(
  stages: readonly Stage[],
  context: string,
  folder: string,
  toCommand: (command: string) => string,
): Promise<Image> {
  const built = new Map<string, Promise<Image>>();
  const building: Promise<Image>[] = [];
  for (const [index, stage] of stages.entries()) {
    const image = buildStage(stage, join(folder, `stage-${index}`), built.get(stage.from));
    building.push(image);
    if (stage.name !== undefined) built.set(stage.name, image);
  }
  const last = (await Promise.all(building)).at(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  return last;

  async function buildStage(stage: Stage, root: string, parent: Promise<Image> | undefined): Promise<Image> {
    // Only what stands before it.
    const before = new Map(built);
    let image = await startStage(root, await parent);
    for (const { name, flags, rest } of stage.instructions) {
      const instruction = { name, flags, rest: name === 'RUN' ? toCommand(relativeOnly(rest)) : rest };
      image = await run(instruction, image, context, before);
    }
    return image;
  }
}

/** Where `path` of the image is on this machine. */
export function inImage({ root, workdir }: Image, path: string): string {
  return join(root, posix.resolve(workdir, path));
}

/** What a process in the image has for its environment: of the test run's only where programs are, behind the image's own. */
export function environment({ root, env }: Pick<Image, 'root' | 'env'>): Record<string, string> {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { PATH: [join(root, 'usr/local/bin'), ...path].join(delimiter), ...env };
}

async function startStage(root: string, parent: Image | undefined): Promise<Image> {
  if (parent === undefined) {
    await mkdir(root);
    return { root, env: {}, workdir: '/', user: 'root', command: [], healthcheck: [] };
  }
  await copyFolder(parent.root, root);
  return { ...parent, root };
}

async function run(
  { name, flags, rest }: Instruction,
  image: Image,
  context: string,
  built: ReadonlyMap<string, Promise<Image>>,
): Promise<Image> {
  switch (name) {
    case 'WORKDIR': {
      const workdir = posix.resolve(image.workdir, rest);
      await mkdir(join(image.root, workdir), { recursive: true });
      return { ...image, workdir };
    }
    case 'ENV':
      return { ...image, env: { ...image.env, ...parseEnv(rest) } };
    case 'USER':
      return { ...image, user: rest };
    case 'CMD':
      return { ...image, command: execForm(rest) ?? ['sh', '-c', rest] };
    case 'HEALTHCHECK':
      return { ...image, healthcheck: execForm(rest.replace(/^CMD\s+/, '')) ?? [] };
    case 'EXPOSE':
    case 'VOLUME':
      return image;
    case 'COPY':
      await copy(rest.split(/\s+/), flags.from === undefined ? context : await rootOf(flags.from, built), image);
      // Whoever the image's user is here, what was given to him he can write.
      if (flags.chown !== undefined) await chmod(inImage(image, rest.split(/\s+/).at(-1) ?? ''), 0o777);
      return image;
    case 'RUN':
      await shell(rest, inImage(image, '.'), { ...registrySettings(), ...environment(image) });
      return image;
    default:
      throw new Error(`the test does not know the instruction ${name}`);
  }
}

async function rootOf(stage: string, built: ReadonlyMap<string, Promise<Image>>): Promise<string> {
  const image = await built.get(stage);
  if (image === undefined) throw new Error(`COPY --from=${stage}, but there is no such stage before it`);
  return image.root;
}

/** A file goes into a target that ends with `/`, else becomes the target; of a folder the content is copied. */
async function copy(paths: readonly string[], from: string, image: Image): Promise<void> {
  const target = paths.at(-1) ?? '';
  for (const path of paths.slice(0, -1)) {
    const source = join(from, path);
    if ((await stat(source)).isDirectory()) {
      await copyFolder(source, inImage(image, target));
      continue;
    }
    await copyFile(source, inImage(image, target.endsWith('/') ? join(target, posix.basename(path)) : target));
  }
}

/** With links where there are any, for time: our steps add and remove files, and change none in place. */
async function copyFolder(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const how = process.platform === 'linux' ? '-al' : '-a';
  await shell(`cp ${how} "${source}/." "${target}"`, '/', environment({ root: source, env: {} }));
}

function parseEnv(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [name, value];
    }),
  );
}

/** An absolute path would be one of this machine. */
function relativeOnly(command: string): string {
  if (/(^|[\s"'=])\/\w/.test(command)) throw new Error(`the test runs RUN with relative paths only, got ${command}`);
  return command;
}

/** What npm needs to find its registry and its cache, but nothing of an `npm test` around us. */
function registrySettings(): Record<string, string> {
  const needed =
    /^(HOME|npm_config_(registry|cache|cafile|userconfig|globalconfig)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;
  const known = Object.entries(process.env).filter(([name]) => needed.test(name));
  return Object.fromEntries(known.map(([name, value]) => [name, value ?? '']));
}

async function shell(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  // A group of its own, so that npm's children go with it.
  const child = spawn('sh', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString()}`.slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  process.once('exit', end);
  const timer = setTimeout(end, STEP_WITHIN_MS);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  process.off('exit', end);
  if (code !== 0) throw new Error(`${command}\nended with ${String(code)}:\n${output}`);
}
