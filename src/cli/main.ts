import { UsageError } from './command.js';
import { COMMANDS } from './commands.js';
import { readGiven } from './given.js';
import { commandNamed, describe } from './help.js';
import { VERSION } from './package.js';

const FAILED = 1;
const TYPED_WRONG = 2;

const print = (text: string) => void process.stdout.write(text);
const note = (text: string) => void process.stderr.write(`minim: ${text}\n`);

async function run([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (name === '--version') {
    print(`${VERSION}\n`);
    return 0;
  }
  const command = commandNamed(COMMANDS, name === '--help' || name === '-h' ? 'help' : name);
  const typed = readGiven(command, args);
  if (typed.flags.has('help')) {
    print(describe(command));
    return 0;
  }
  return command.run({ ...typed, environment: process.env, print, note });
}

function explain(error: unknown): number {
  note(error instanceof Error ? error.message : String(error));
  return error instanceof UsageError ? TYPED_WRONG : FAILED;
}

// Whoever reads has seen enough: `minim config | head -1`.
process.stdout.on('error', () => process.exit());
// Not `process.exit`: `minim start` stays, and what was printed has to be written out.
process.exitCode = await run(process.argv.slice(2)).catch(explain);
