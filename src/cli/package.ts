import { readFileSync } from 'node:fs';

/** This program's package.json, the same from `src` and from `dist`. */
const { version, engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
};

export const VERSION = version;
/** The versions of Node that it runs on. */
export const NODE_RANGE = engines.node;
