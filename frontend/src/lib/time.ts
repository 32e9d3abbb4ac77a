/** Durations and moments in words, through `Intl`. Instants are milliseconds since the Unix epoch. */

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** « il y a 3 minutes », « à l’instant » */
export function formatAgo(then: number, now: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const past = then - now;
  for (const [unit, size] of units) {
    if (Math.abs(past) >= size) return relative.format(Math.round(past / size), unit);
  }
  return relative.format(0, 'second');
}

/** « 12 min 5 s », « 1 h 2 min » */
export function formatDuration(ms: number, locale: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const say = (value: number, unit: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  if (hours > 0) return minutes > 0 ? `${say(hours, 'hour')} ${say(minutes, 'minute')}` : say(hours, 'hour');
  if (minutes > 0) return seconds % 60 > 0 ? `${say(minutes, 'minute')} ${say(seconds % 60, 'second')}` : say(minutes, 'minute');
  return say(seconds, 'second');
}

/** « 04:07 », « 1:02:03 »: the clock of a running call */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** « 14:05 » */
export function formatTimeOfDay(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at);
}

/** « aujourd’hui », « hier », « lundi 3 novembre », with the year when it is another one */
export function formatDay(at: number, now: number, locale: string): string {
  const [day, today] = [new Date(at), new Date(now)];
  const midnights = new Date(day).setHours(0, 0, 0, 0) - new Date(today).setHours(0, 0, 0, 0);
  const days = Math.round(midnights / 86_400_000); // a day of 23 or 25 hours is one, too
  if (days === 0 || days === -1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(day.getFullYear() !== today.getFullYear() && { year: 'numeric' }),
  }).format(at);
}

export function formatMoment(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
