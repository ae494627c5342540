import { readConfig, readEach, type SettingRead } from '../config/config.js';
import { openAuth } from '../open-auth.js';
import { systemClock } from '../ops/system-clock.js';
import { columns } from './columns.js';
import type { Command } from './command.js';

/** Every setting as a start would have it here. */
export const config: Command = {
  name: 'config',
  meaning: 'Every setting, its value and where that is from; secrets only by their length.',
  words: [],
  flags: { json: { meaning: 'As JSON, with what each setting may be and what it means.' } },
  run: async ({ environment, flags, print }) => {
    // All that a start refuses in its settings is refused here.
    openAuth(readConfig(environment), systemClock, () => {});
    const read = Object.values(readEach(environment));
    print(flags.has('json') ? asJson(read, environment) : asTable(read, environment));
    return 0;
  },
};

function asTable(read: readonly SettingRead[], environment: NodeJS.ProcessEnv): string {
  const rows = read.map((each) => [each.setting.name, shown(each, environment), each.source]);
  return columns([['setting', 'value', 'from'], ...rows]);
}

function shown({ setting, value, source }: SettingRead, environment: NodeJS.ProcessEnv): string {
  if (setting.secret && source === 'environment') return `secret, ${lengthOf(setting.name, environment)} characters`;
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return text === '' ? 'none' : text;
}

function asJson(read: readonly SettingRead[], environment: NodeJS.ProcessEnv): string {
  const settings = read.map(({ setting: { name, secret, expects, meaning }, value, source }) => ({
    name,
    ...(secret ? { secret, length: lengthOf(name, environment) } : { value }),
    from: source,
    expects,
    meaning,
  }));
  return `${JSON.stringify({ settings }, undefined, 2)}\n`;
}

function lengthOf(name: string, environment: NodeJS.ProcessEnv): number {
  return environment[name]?.length ?? 0;
}
