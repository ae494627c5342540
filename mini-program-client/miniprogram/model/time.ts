/** When something was said, as people say it, by the clock of this phone. */

export interface TimeWords {
  readonly today: string;
  readonly yesterday: string;
  /** From Sunday on. */
  readonly weekdays: readonly string[];
  /** Months count from 1. */
  date(year: number, month: number, day: number, isThisYear: boolean): string;
}

const DAY_MS = 86_400_000;

/** Hours and minutes. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The day, for what divides one from the next. */
export function dayLabel(ms: number, now: number, words: TimeWords): string {
  const days = daysBetween(ms, now);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const date = new Date(ms);
  if (days > 1 && days < 7) return words.weekdays[date.getDay()] || '';
  const year = date.getFullYear();
  return words.date(year, date.getMonth() + 1, date.getDate(), year === new Date(now).getFullYear());
}

/** For a list: the time of what is from today, the day of what is older. */
export function shortLabel(ms: number, now: number, words: TimeWords): string {
  return daysBetween(ms, now) === 0 ? clockTime(ms) : dayLabel(ms, now, words);
}

export function isSameDay(one: number, other: number): boolean {
  return daysBetween(one, other) === 0;
}

/** How many midnights lie between. Days of 23 and of 25 hours are days, too. */
function daysBetween(from: number, to: number): number {
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

function midnight(ms: number): number {
  const date = new Date(ms);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
