import { type Config, ConfigError, readConfig, readEach } from '../config/config.js';
import { columns } from './columns.js';
import type { Command } from './command.js';
import { type Check, type Finding, fail, ok, type Status } from './doctor/finding.js';
import type { Subject } from './doctor/subject.js';

interface Told extends Finding {
  readonly name: string;
}

/** Looks for what breaks promises, before a start or beside a node that runs. */
export const doctor: Command = {
  name: 'doctor',
  meaning: 'Looks for what breaks promises: one line each with ok, warn or fail, and what to do.',
  words: [],
  flags: { json: { meaning: 'As JSON.' } },
  run: async ({ environment, flags, print }) => {
    const told = await examine(environment);
    const status = worst(told);
    print(flags.has('json') ? `${JSON.stringify({ status, checks: told }, undefined, 2)}\n` : asLines(told));
    return status === 'fail' ? 1 : 0;
  },
};

async function examine(environment: NodeJS.ProcessEnv): Promise<readonly Told[]> {
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ name: 'settings', ...fail(error.message, 'see docs/settings.md; nothing else was looked at') }];
  }
  const given = Object.values(readEach(environment)).filter(({ source }) => source === 'environment').length;
  // Loaded only here: the other commands are quicker without it.
  const [{ CHECKS }, { subjectOf }] = await Promise.all([import('./doctor/checks.js'), import('./doctor/subject.js')]);
  const subject = await subjectOf(config, environment);
  const told = await Promise.all(CHECKS.map(async (check) => ({ name: check.name, ...(await tell(check, subject)) })));
  return [{ name: 'settings', ...ok(`${given} from the environment, the others as they are by default`) }, ...told];
}

async function tell({ run }: Check, subject: Subject): Promise<Finding> {
  try {
    return await run(subject);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), 'it could not be looked at');
  }
}

function asLines(told: readonly Told[]): string {
  const rows = told.map(({ status, name, says, advice }) => [
    status,
    name,
    advice === undefined ? says : `${says}; ${advice}`,
  ]);
  const count = (status: Status) => told.filter((each) => each.status === status).length;
  return `${columns(rows)}\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail\n`;
}

function worst(told: readonly Told[]): Status {
  const found = (status: Status) => told.some((each) => each.status === status);
  return found('fail') ? 'fail' : found('warn') ? 'warn' : 'ok';
}
