import { CommandError } from "../errors.ts";

/** A point of time as a wall clock and calendar show it; month 1 to 12. */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time zone: its offset from UTC, in milliseconds, at a time in UTC. */
export interface Zone {
  readonly name: string;
  offsetAt(utc: number): number;
}

export const utcZone: Zone = { name: "UTC", offsetAt: () => 0 };
const zones = new Map<string, Zone>([
  ["UTC", utcZone],
  ["GMT", utcZone],
  ["Z", utcZone],
]);

/** The zone of an Olson name ("Europe/Oslo") or an offset ("+02:00", "-0330", "+05"). */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = fixedZone(name) ?? namedZone(name);
  zones.set(name, zone);
  return zone;
}

function fixedZone(name: string): Zone | null {
  const parts = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(name);
  if (!parts) return null;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? "0");
  const offset = (parts[1] === "-" ? -minutes : minutes) * MINUTE;
  return { name, offsetAt: () => offset };
}

function namedZone(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    if (/^[+-]/.test(name)) throw new RangeError("an offset");
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new CommandError(40485, `unrecognized time zone identifier: "${name}"`);
  }
  return { name, offsetAt: (utc) => offsetFrom(format, utc) };
}

function offsetFrom(format: Intl.DateTimeFormat, utc: number): number {
  const values = new Map(format.formatToParts(utc).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(values.get(type));
  const year = values.get("era") === "BC" ? 1 - part("year") : part("year");
  const local = utcOf({
    year,
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
    millisecond: 0,
  });
  return local - Math.floor(utc / SECOND) * SECOND;
}

/** Milliseconds from 1970 of a calendar time read as UTC; parts outside their range carry over. */
export function utcOf(local: LocalTime): number {
  const date = new Date(0);
  date.setUTCFullYear(local.year, local.month - 1, local.day);
  date.setUTCHours(local.hour, local.minute, local.second, local.millisecond);
  return date.getTime();
}

/** What a clock in the zone shows. */
export function localTime(utc: number, zone: Zone): LocalTime {
  const date = new Date(utc + zone.offsetAt(utc));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

/** The UTC time at which a clock in the zone shows this; the earlier of two, and past a gap the later offset. */
export function utcFromLocal(local: LocalTime, zone: Zone): number {
  const wanted = utcOf(local);
  const before = wanted - zone.offsetAt(wanted - DAY);
  if (before + zone.offsetAt(before) === wanted) return before;
  const after = wanted - zone.offsetAt(wanted + DAY);
  return after + zone.offsetAt(after) === wanted ? after : before;
}

/** Days from 1970 of a calendar day. */
export function dayNumber(local: LocalTime): number {
  return Math.floor(utcOf({ ...local, hour: 0, minute: 0, second: 0, millisecond: 0 }) / DAY);
}

/** The day of the week of a day number: 0 is Sunday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The day of its year, from 1. */
export function dayOfYear(local: LocalTime): number {
  return dayNumber(local) - dayNumber({ ...local, month: 1, day: 1 }) + 1;
}

/** The ISO 8601 week and the year that it belongs to. */
export function isoWeek(local: LocalTime): { year: number; week: number } {
  const day = dayNumber(local);
  const thursday = day - ((weekday(day) + 6) % 7) + 3;
  const year = new Date(thursday * DAY).getUTCFullYear();
  const first = dayNumber({ ...local, year, month: 1, day: 1 });
  return { year, week: Math.floor((thursday - first) / 7) + 1 };
}

/** The days of a month. */
export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
}
