import { parseArgs } from 'node:util';
import { type Command, type Flag, type Given, UsageError } from './command.js';

/** Every command has it. */
export const HELP_FLAG: Flag = { meaning: 'What the command does and takes.' };

type Typed = Pick<Given, 'words' | 'flags'>;

/** What `command` is given by these arguments. Throws a `UsageError` when that can't be. */
export function readGiven(command: Command, args: readonly string[]): Typed {
  const known: Readonly<Record<string, Flag>> = { ...command.flags, help: HELP_FLAG };
  const { tokens, positionals: words } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(known).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (flag === undefined || token.rawName !== `--${token.name}`) throw unknownFlag(command, token.rawName);
    if (flags.has(token.name)) throw new UsageError(`${token.rawName} is there twice`);
    flags.set(token.name, valueBehind(token, flag));
  }
  if (!flags.has('help')) checkComplete(command, words, flags);
  return { words, flags };
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function valueBehind({ rawName, value, inlineValue }: OptionToken, flag: Flag): string {
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value, got ${JSON.stringify(value)}`);
    return '';
  }
  if (value === undefined || (inlineValue !== true && value.startsWith('-'))) {
    throw new UsageError(`${rawName} needs ${flag.value} behind it`);
  }
  return value;
}

function unknownFlag({ name, flags }: Command, came: string): UsageError {
  const known = [...Object.keys(flags), 'help'].map((flag) => `--${flag}`);
  return new UsageError(`${came} is no flag of minim ${name}; those are ${known.join(', ')}`);
}

function checkComplete(command: Command, words: readonly string[], flags: ReadonlyMap<string, string>): void {
  const surplus = words[command.words.length];
  if (surplus !== undefined)
    throw new UsageError(`${JSON.stringify(surplus)} is one word too many for minim ${command.name}`);
  const missing = command.words.slice(words.length).find((word) => !word.startsWith('['));
  if (missing !== undefined) throw new UsageError(`minim ${command.name} needs ${missing} behind it`);
  const wanted = Object.entries(command.flags).find(([name, { isRequired }]) => isRequired && !flags.has(name));
  if (wanted !== undefined) throw new UsageError(`minim ${command.name} needs --${wanted[0]} ${wanted[1].value}`);
}
