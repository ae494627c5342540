/** The time of a day, with milliseconds: what matters here often lies within a second. */
export function exactTime(ms: number, language: string): string {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
  return new Intl.DateTimeFormat(language, { ...options, hourCycle: 'h23' }).format(ms);
}

/** The time alone if it is of today, else with its date. */
export function timeAndDay(ms: number, language: string, now = Date.now()): string {
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const isToday = new Date(ms).toDateString() === new Date(now).toDateString();
  const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
  return new Intl.DateTimeFormat(language, isToday ? time : { ...day, ...time }).format(ms);
}

export function after(ms: number, language: string): string {
  const [value, unit] = ms < 1_000 ? [ms, 'ms'] : ms < 120_000 ? [ms / 1_000, 's'] : [ms / 60_000, 'min'];
  return `+${value.toLocaleString(language, { maximumFractionDigits: unit === 's' ? 1 : 0 })} ${unit}`;
}
