/** Whether two JSON texts are the same value, whatever the order of their keys and the white space between them. */
export function sameJson(one: string, other: string): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}

/** The same text for the same JSON value. */
export function canonicalJson(text: string): string {
  return write(JSON.parse(text));
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`;
}
