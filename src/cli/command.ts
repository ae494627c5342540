/** What a flag is. One without `value` is there or not. */
export interface Flag {
  /** What stands behind it, in the words of the help. */
  readonly value?: string;
  readonly isRequired?: true;
  readonly meaning: string;
}

/** What a command is given: by whoever typed it, and by the process that runs it. */
export interface Given {
  readonly environment: NodeJS.ProcessEnv;
  /** Besides flags, in their order. */
  readonly words: readonly string[];
  /** What stands behind each flag that is there; nothing behind one that takes no value. */
  readonly flags: ReadonlyMap<string, string>;
  /** Writes to standard output: the answer, and nothing else. */
  readonly print: (text: string) => void;
  /** Writes to standard error: what a person should know besides. */
  readonly note: (text: string) => void;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  readonly meaning: string;
  /** What it takes besides flags, as the help shows it; a word in brackets can be left out. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Resolves with the exit code. What it throws is told in one line, with exit code 1; a `UsageError` with 2. */
  run(given: Given): Promise<number>;
}

/** It was typed wrong. The message says what was expected and what came. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
