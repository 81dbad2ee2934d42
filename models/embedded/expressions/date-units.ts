import { typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import {
  dayNumber,
  daysInMonth,
  HOUR,
  type LocalTime,
  localTime,
  MINUTE,
  SECOND,
  utcFromLocal,
  weekday,
  type Zone,
} from "./calendar.ts";

const units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"] as const;

/** The units of time that date operators take. */
export type Unit = (typeof units)[number];

/** Reads a unit. */
export function parseUnit(name: string, value: Value | undefined): Unit {
  if (typeof value !== "string") {
    throw new CommandError(5439013, `${name} requires 'unit' to be a string, but got ${typeName(value)}`);
  }
  const unit = units.find((each) => each === value);
  if (!unit)
    throw new CommandError(
      "FailedToParse",
      `${name} parameter 'unit' value cannot be recognized as a time unit: ${value}`,
    );
  return unit;
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Reads a day of the week ("monday", "Mon"): 0 is Sunday. */
export function parseWeekday(name: string, value: Value | undefined): number {
  if (typeof value !== "string") {
    throw new CommandError(
      5439015,
      `${name} requires 'startOfWeek' to be a string, but got ${typeName(value)}`,
    );
  }
  const lower = value.toLowerCase();
  const day = weekdays.findIndex((each) => each === lower || each.slice(0, 3) === lower);
  if (day < 0) {
    throw new CommandError(
      "FailedToParse",
      `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`,
    );
  }
  return day;
}

const lengths: Readonly<Partial<Record<Unit, number>>> = {
  hour: HOUR,
  minute: MINUTE,
  second: SECOND,
  millisecond: 1,
};

const monthsIn: Readonly<Partial<Record<Unit, number>>> = { month: 1, quarter: 3, year: 12 };

function monthIndex(local: LocalTime): number {
  return local.year * 12 + local.month - 1;
}

/** Adds to a time: calendar units by the calendar of the zone, shorter ones as so many milliseconds. */
export function addUnits(utc: number, unit: Unit, amount: number, zone: Zone): number {
  const length = lengths[unit];
  if (length !== undefined) return utc + amount * length;
  const local = localTime(utc, zone);
  const perUnit = monthsIn[unit];
  if (perUnit === undefined) {
    return utcFromLocal({ ...local, day: local.day + amount * (unit === "week" ? 7 : 1) }, zone);
  }
  const months = monthIndex(local) + amount * perUnit;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  return utcFromLocal({ ...local, year, month, day: Math.min(local.day, daysInMonth(year, month)) }, zone);
}

/** How many boundaries of a unit lie between two times. */
export function differenceIn(
  start: number,
  end: number,
  unit: Unit,
  zone: Zone,
  startOfWeek: number,
): number {
  const length = lengths[unit];
  if (length !== undefined) return shortDifference(start, end, length, zone);
  const from = localTime(start, zone);
  const to = localTime(end, zone);
  switch (unit) {
    case "year":
      return to.year - from.year;
    case "quarter":
      return Math.floor(monthIndex(to) / 3) - Math.floor(monthIndex(from) / 3);
    case "month":
      return monthIndex(to) - monthIndex(from);
    case "week":
      return weekNumber(dayNumber(to), startOfWeek) - weekNumber(dayNumber(from), startOfWeek);
    default:
      return dayNumber(to) - dayNumber(from);
  }
}

function shortDifference(start: number, end: number, length: number, zone: Zone): number {
  if (length === 1) return end - start;
  // the boundaries of hours and shorter units are those of the zone's clock at the start
  const offset = zone.offsetAt(start);
  return Math.floor((end + offset) / length) - Math.floor((start + offset) / length);
}

function weekNumber(day: number, startOfWeek: number): number {
  return (day - ((weekday(day) - startOfWeek + 7) % 7) - startOfWeek) / 7;
}

const reference: LocalTime = { year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };

/** The start of the bin of `binSize` units that a time lies in; bins are counted from 2000-01-01 in the zone. */
export function truncate(utc: number, unit: Unit, binSize: number, zone: Zone, startOfWeek: number): number {
  const length = lengths[unit];
  if (length !== undefined) {
    const origin = utcFromLocal(reference, zone);
    const bin = length * binSize;
    return origin + Math.floor((utc - origin) / bin) * bin;
  }
  const local = localTime(utc, zone);
  const perUnit = monthsIn[unit];
  if (perUnit !== undefined) {
    const bin = perUnit * binSize;
    const months = Math.floor((monthIndex(local) - monthIndex(reference)) / bin) * bin;
    return utcFromLocal({ ...reference, month: 1 + months }, zone);
  }
  const first = dayNumber(reference);
  // the first week of the reference begins on the first such day of the week of 2000 or later
  const origin = unit === "week" ? first + ((startOfWeek - weekday(first) + 7) % 7) : first;
  const bin = (unit === "week" ? 7 : 1) * binSize;
  const days = origin + Math.floor((dayNumber(local) - origin) / bin) * bin;
  return utcFromLocal({ ...reference, year: 1970, month: 1, day: 1 + days }, zone);
}
