/** Dates as people in a time zone read them, and the moments that the clock's buttons lead to. */

interface LocalDate {
  year: number;
  /** 1-12. */
  month: number;
  day: number;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export function timeText(date: Date, zone: string): string {
  return format(date, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** `Friday 20 November`. */
export function dayText(date: Date, zone: string): string {
  const { day } = localDate(date, zone);
  return `${weekdayText(date, zone)} ${day} ${format(date, zone, { month: "long" })}`;
}

function weekdayText(date: Date, zone: string): string {
  return format(date, zone, { weekday: "long" });
}

/** A time of the next local day. */
export function tomorrowAt(now: Date, zone: string, hour: number): Date {
  return moment(later(localDate(now, zone), 1), zone, hour);
}

/** The next time it is this weekday (0 is Sunday) at this hour, later than now. */
export function nextWeekdayAt(now: Date, zone: string, weekday: number, hour: number): Date {
  const today = localDate(now, zone);
  const ahead = (weekday - weekdays.indexOf(weekdayText(now, zone)) + 7) % 7;
  const next = moment(later(today, ahead), zone, hour);
  return next > now ? next : moment(later(today, ahead + 7), zone, hour);
}

function localDate(date: Date, zone: string): LocalDate {
  const part = (options: Intl.DateTimeFormatOptions) => Number(format(date, zone, options));
  return {
    year: part({ year: "numeric" }),
    month: part({ month: "numeric" }),
    day: part({ day: "numeric" }),
  };
}

/** Calendar arithmetic, so that days with a clock change are days too. */
function later({ year, month, day }: LocalDate, days: number): LocalDate {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The moment at which clocks in the zone show this hour on this day. */
function moment({ year, month, day }: LocalDate, zone: string, hour: number): Date {
  const wanted = Date.UTC(year, month - 1, day, hour);
  let at = wanted;
  for (let round = 0; round < 2; round += 1) at = wanted - offset(new Date(at), zone);
  return new Date(at);
}

/** How far clocks in the zone are ahead of UTC then, in milliseconds. */
function offset(date: Date, zone: string): number {
  const { year, month, day } = localDate(date, zone);
  const [hour = 0, minute = 0] = timeText(date, zone).split(":").map(Number);
  const rest = date.getTime() % 60_000;
  return Date.UTC(year, month - 1, day, hour, minute) + rest - date.getTime();
}

function format(date: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(date);
}
