const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes for people. */
export function inBytes(bytes: number): string {
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${rest.toFixed(rest < 10 && unit > 0 ? 1 : 0)} ${UNITS[unit]}`;
}
