import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../..');

export interface Instruction {
  readonly name: string;
  /** `--from=build` and the like, by name. */
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: string;
}

export interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** docker/Dockerfile, stage by stage. */
export function readDockerfile(): readonly Stage[] {
  return parseDockerfile(readFileSync(join(REPOSITORY, 'docker/Dockerfile'), 'utf8'));
}

/** The image that the last of `stages` stands on in the end. */
export function baseImage(stages: readonly Stage[], stage: Stage | undefined = stages.at(-1)): string {
  const parent = stages.find(({ name }) => name !== undefined && name === stage?.from);
  return parent === undefined ? (stage?.from ?? '') : baseImage(stages, parent);
}

/** The words of an instruction in exec form, `["node", "-v"]`; in shell form it has none. */
export function execForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  const words: unknown = JSON.parse(text);
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
}

export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { from: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of parseInstructions(text)) {
    if (instruction.name !== 'FROM') {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`expected FROM first, got ${instruction.name}`);
      stage.instructions.push(instruction);
      continue;
    }
    const [from = '', as, name] = instruction.rest.split(/\s+/);
    stages.push({ from, name: as?.toUpperCase() === 'AS' ? name : undefined, instructions: [] });
  }
  return stages;
}

function parseInstructions(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const whole = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return whole.split('\n').map((line) => {
    const [, name, flags, rest] = /^([A-Z]+)((?:\s+--\S+)*)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) throw new Error(`no instruction: ${line}`);
    return { name, flags: parseFlags(flags ?? ''), rest: rest.trim() };
  });
}

function parseFlags(text: string): Record<string, string> {
  const flags = text.split(/\s+/).filter((flag) => flag !== '');
  return Object.fromEntries(
    flags.map((flag) => {
      const [name = '', value = ''] = flag.slice('--'.length).split('=', 2);
      return [name, value];
    }),
  );
}
