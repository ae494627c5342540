import { isIP } from 'node:net';

/** One setting: where it is read from, what it may be, and what it is when it is left out. */
export interface Setting<T> {
  readonly name: string;
  readonly default: T;
  /** What it is when it is left out with `MINIM_AUTH=token`, where that is something else. */
  readonly tokenDefault?: T;
  /** Never shown, not even when it is wrong. */
  readonly secret?: true;
  readonly expects: string;
  readonly meaning: string;
  /** The value, or `undefined` if the text says none. */
  readonly parse: (text: string) => T | undefined;
}

type Range = readonly [least: number, most: number];

export function integer(name: string, fallback: number, [least, most]: Range, meaning: string): Setting<number> {
  return {
    name,
    default: fallback,
    expects: `an integer from ${least} to ${most}`,
    meaning,
    parse: (text) =>
      /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined,
  };
}

/** A limit that is on where users have to show who they are; 0 turns it off. */
export function limit(name: string, tokenDefault: number, most: number, meaning: string): Setting<number> {
  return { ...integer(name, 0, [0, most], `${meaning}; 0 is no limit.`), tokenDefault };
}

export function oneOf<const T extends string>(
  name: string,
  fallback: T,
  choices: readonly T[],
  meaning: string,
): Setting<T> {
  return {
    name,
    default: fallback,
    expects: `one of ${choices.join(', ')}`,
    meaning,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

export function text(name: string, fallback: string, expects: string, meaning: string): Setting<string> {
  return { name, default: fallback, expects, meaning, parse: (given) => given };
}

/** Items between commas or white space; each is checked by `accepts`. */
export function list(
  name: string,
  expects: string,
  meaning: string,
  accepts: (item: string) => boolean = () => true,
): Setting<readonly string[]> {
  return {
    name,
    default: [],
    expects,
    meaning,
    parse: (given) => {
      const items = given.split(/[\s,]+/).filter((item) => item !== '');
      return items.every(accepts) ? items : undefined;
    },
  };
}

/** A name would make the server listen once for each address that the name has. */
export function address(name: string, fallback: string, meaning: string): Setting<string> {
  return {
    name,
    default: fallback,
    expects: 'an IP address, for example 0.0.0.0, 127.0.0.1 or ::',
    meaning,
    parse: (given) => (isIP(given) === 0 ? undefined : given),
  };
}
