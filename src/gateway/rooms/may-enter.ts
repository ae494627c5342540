import type { RoomName } from '../../model/ids.js';

/** Whether a room's name matches one of the patterns, in which `*` stands for anything, nothing included [MP-4.4]. */
export function matchesAny(room: RoomName, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(room, pattern));
}

/** Takes time proportional to both lengths at most: the first place that fits is the best one. */
function matches(room: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return room === pattern;
  if (!room.startsWith(start) || room.length < start.length + end.length || !room.endsWith(end)) return false;
  let from = start.length;
  for (const part of rest) {
    const at = room.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= room.length - end.length;
}
