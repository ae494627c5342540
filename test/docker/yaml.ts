export type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/**
 * The little YAML that compose.yaml needs: mappings, lists of scalars and scalars, each as its text. Refuses everything
 * else rather than guess.
 */
export function readYaml(text: string): Yaml {
  const lines = text.split('\n').flatMap((line, index): Line[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    return [{ indent, text: line.slice(indent).trimEnd(), number: index + 1 }];
  });
  const [value, rest] = readBlock(lines);
  if (rest[0] !== undefined) throw unexpected(rest[0]);
  return value;
}

function readBlock(lines: readonly Line[]): [Yaml, readonly Line[]] {
  const [first] = lines;
  if (first === undefined) throw new Error('expected YAML, got nothing');
  return first.text.startsWith('- ') ? readList(lines, first.indent) : readMapping(lines, first.indent);
}

function readList(lines: readonly Line[], indent: number): [Yaml, readonly Line[]] {
  const end = lines.findIndex((line) => line.indent !== indent || !line.text.startsWith('- '));
  const items = end < 0 ? lines : lines.slice(0, end);
  return [items.map((line) => scalar(line.text.slice('- '.length), line)), lines.slice(items.length)];
}

function readMapping(lines: readonly Line[], indent: number): [Yaml, readonly Line[]] {
  const mapping: Record<string, Yaml> = {};
  let rest = lines;
  for (let line = rest[0]; line !== undefined && line.indent === indent; line = rest[0]) {
    const [, key, value] = /^([\w.-]+):(?: +(.*))?$/.exec(line.text) ?? [];
    if (key === undefined || key in mapping) throw unexpected(line);
    rest = rest.slice(1);
    if (value !== undefined) {
      mapping[key] = scalar(value, line);
      continue;
    }
    if (rest[0] === undefined || rest[0].indent <= indent) throw unexpected(line);
    [mapping[key], rest] = readBlock(rest);
  }
  if (rest[0] !== undefined && rest[0].indent > indent) throw unexpected(rest[0]);
  return [mapping, rest];
}

function scalar(text: string, line: Line): string {
  const quoted = /^"([^"\\]*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  // What would be something else than a plain text, or would end it early.
  if (/^[\s"'&*!|>%@`{}[\],?#-]|: |:$| #/.test(text)) throw unexpected(line);
  return text;
}

function unexpected({ number, text }: Line): Error {
  return new Error(`line ${number} is no YAML that is understood here: ${text}`);
}
