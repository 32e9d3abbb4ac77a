/** Hours in which nothing sounds, by the clock of where one is. */
export interface QuietHours {
  /** Minutes after midnight; a night may pass midnight. */
  from: number;
  to: number;
}

export function isQuiet(hours: QuietHours | null, now: Date): boolean {
  if (hours === null || hours.from === hours.to) return false;
  const minute = now.getHours() * 60 + now.getMinutes();
  return hours.from < hours.to
    ? minute >= hours.from && minute < hours.to
    : minute >= hours.from || minute < hours.to;
}

/** `22:30`, as an input of type time has it. */
export function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
