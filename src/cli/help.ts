import { columns } from './columns.js';
import { type Command, type Flag, UsageError } from './command.js';
import { HELP_FLAG } from './given.js';

/** The command that tells of the others, and of itself. */
export function helpAbout(others: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    meaning: 'What there is, or what one command does and takes.',
    words: ['[COMMAND]'],
    flags: {},
    run: async ({ words: [name], print }) => {
      const all = [...others, help];
      print(name === undefined ? overview(all) : describe(commandNamed(all, name)));
      return 0;
    },
  };
  return help;
}

/** Throws a `UsageError` when there is none of that name. */
export function commandNamed(commands: readonly Command[], name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  throw new UsageError(`${JSON.stringify(name)} is no command; those are ${names.join(', ')}`);
}

/** All that there is to know of one command. */
export function describe(command: Command): string {
  const flags = columns([...Object.entries(command.flags), ['help', HELP_FLAG] as const].map(flagRow));
  return `minim ${usage(command)}\n\n${command.meaning}\n\n${flags}`;
}

function overview(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  minim ${shortUsage(command)}`, command.meaning]);
  return `${columns([...rows, ['  minim --version', 'Which Minim this is.']])}
minim help COMMAND shows what else a command takes. Settings are environment variables: see minim config.
Exit code 0: all is well; 1: something is wrong; 2: it was typed wrong.
`;
}

/** Without what can be left out. */
function shortUsage({ name, words, flags }: Command): string {
  const required = Object.entries(flags).filter(([, { isRequired }]) => isRequired);
  return usage({ name, words, flags: Object.fromEntries(required) });
}

function usage({ name, words, flags }: Pick<Command, 'name' | 'words' | 'flags'>): string {
  const shown = Object.entries(flags).map(([flag, { value, isRequired }]) => {
    const text = value === undefined ? `--${flag}` : `--${flag} ${value}`;
    return isRequired ? text : `[${text}]`;
  });
  return [name, ...words, ...shown].join(' ');
}

function flagRow([name, { value = '', meaning }]: readonly [string, Flag]): readonly string[] {
  return [`  --${name} ${value}`.trimEnd(), meaning];
}
