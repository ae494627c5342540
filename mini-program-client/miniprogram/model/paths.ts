/** What `setData` has to be given so that a list in the view becomes another one: only what differs, path by path. */

export type Changes = Record<string, unknown>;

/**
 * Rows are flat objects without undefined. A list that got shorter, or whose first row is another one, goes as a whole: no
 * path takes anything away.
 */
export function listChanges<Row extends object>(path: string, before: readonly Row[], after: readonly Row[]): Changes {
  if (after.length < before.length || isShifted(before, after)) return { [path]: after };
  const changes: Changes = {};
  after.forEach((row, index) => {
    const old = before[index];
    if (old === row) return;
    if (!old || !hasSameNames(old, row)) changes[`${path}[${index}]`] = row;
    else Object.assign(changes, rowChanges(`${path}[${index}]`, old, row));
  });
  return changes;
}

export function rowChanges(path: string, before: object, after: object): Changes {
  const changes: Changes = {};
  const old = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(after)) if (old.get(name) !== value) changes[`${path}.${name}`] = value;
  return changes;
}

function isShifted<Row extends object>([first]: readonly Row[], [now]: readonly Row[]): boolean {
  return first !== undefined && now !== undefined && keyOf(first) !== keyOf(now);
}

function keyOf(row: object): unknown {
  return 'key' in row ? row.key : undefined;
}

function hasSameNames(one: object, other: object): boolean {
  const names = Object.keys(one);
  return (
    keyOf(one) === keyOf(other) && names.length === Object.keys(other).length && names.every((name) => name in other)
  );
}
