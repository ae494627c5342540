import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, for a data directory. */
interface OwnFileSystem {
  readonly directory: string;
  mount(): void;
  unmount(): void;
  /** Unmounts it if it is mounted; nothing stays. */
  remove(): void;
}

interface MemoryFileSystem extends OwnFileSystem {
  resize(size: string): void;
}

interface DiskImage extends OwnFileSystem {
  /** From now on nothing reaches the image, what the system has not written out included. */
  cutPower(): void;
}

/** One in memory, of at most `size` (`2m`); mounted. */
export function memoryFileSystem(size: string): MemoryFileSystem {
  const point = mountPoint((directory) => run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'minim-test', directory));
  point.mount();
  return { ...point, resize: (now) => run('mount', '-o', `remount,size=${now}`, point.directory) };
}

/** An ext4 file system in a file; mounted. `xfsIo` is the path of xfs_io. */
export function diskImage(xfsIo: string, bytes: number): DiskImage {
  const folder = mkdtempSync(join(tmpdir(), 'minim-image-'));
  const image = join(folder, 'image');
  writeFileSync(image, '');
  truncateSync(image, bytes);
  run('mkfs.ext4', '-q', '-F', image);
  const point = mountPoint((directory) => run('mount', '-o', 'loop', image, directory));
  point.mount();
  return {
    ...point,
    cutPower: () => run(xfsIo, '-x', '-c', 'shutdown', point.directory),
    remove: () => {
      point.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether file systems may be mounted here, `loop` from an image; if not, says so in one line. */
export function mayMount(kind: 'tmpfs' | 'loop'): boolean {
  try {
    const fileSystem = kind === 'tmpfs' ? memoryFileSystem('1m') : diskImage('', 8 * 1024 * 1024);
    fileSystem.remove();
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error);
    process.stderr.write(`skipped: needs root and a ${kind} mount: ${why}\n`);
    return false;
  }
}

function mountPoint(mount: (directory: string) => void): OwnFileSystem {
  const directory = mkdtempSync(join(tmpdir(), 'minim-mount-'));
  let isMounted = false;
  const unmount = () => {
    run('umount', directory);
    isMounted = false;
  };
  return {
    directory,
    mount: () => {
      mount(directory);
      isMounted = true;
    },
    unmount,
    remove: () => {
      if (isMounted) unmount();
      rmdirSync(directory);
    },
  };
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
