import { dirname, join, normalize } from 'node:path/posix';

/** The path in the mini-program's folder that `reference` means within the file at `from`; without an ending. */
export function resolved(from: string, reference: string): string {
  const path = reference.startsWith('/') ? normalize(reference.slice(1)) : join(dirname(from), reference);
  return path.replace(/\.(?:js|wxs|wxss|wxml)$/, '');
}
