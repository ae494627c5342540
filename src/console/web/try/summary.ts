/** What a person looks for in a frame, and what only programs do. */
const FIRST = ['message', 'code', 'toUserId', 'fromUserId', 'peerId', 'userId', 'room'];
const LAST = ['id', 'messageId', 'sentAt', 'time'];

/** The fields of a frame on one line, without its `type`; a text that is no frame as it is. */
export function summaryOf(text: string): string {
  const fields = fieldsOf(text).filter(([name]) => name !== 'type');
  if (fields.length === 0) return '';
  const place = (name: string) => placeIn(FIRST, name) - placeIn([...LAST].reverse(), name);
  return fields
    .sort(([one], [other]) => place(other) - place(one))
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join('  ');
}

/** The earlier it stands there, the more; 0 for what does not. */
function placeIn(names: readonly string[], name: string): number {
  const at = names.indexOf(name);
  return at === -1 ? 0 : names.length - at;
}

function fieldsOf(text: string): Array<[string, unknown]> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  } catch {
    return [];
  }
}
