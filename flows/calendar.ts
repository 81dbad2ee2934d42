/**
 * The calendar and the clock on the wall, in a time zone of the IANA list. Instants are what is stored and compared;
 * days and hours are decided here, in local terms, and never by adding hours to an instant: a day that changes to or
 * from summer time has 23 or 25 of them.
 */
import type { Weekday } from "../programmes/programme.ts";

/** A moment, the same everywhere: milliseconds since 1970-01-01 00:00 UTC. */
export type Instant = number;

/** A day of the calendar, of no zone, written as in a programme's file: `2026-12-24`. Earlier dates compare lower. */
export type CalendarDate = string;

/** What calendar and clock on the wall show. */
export interface LocalTime {
  date: CalendarDate;
  weekday: Weekday;
  /** Whole minutes that the clock is past 00:00. */
  minute: number;
}

const SECOND = 1000;
export const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const FIRST_KNOWN = Date.UTC(1900, 0, 1);
const LAST_KNOWN = Date.UTC(9999, 11, 30);

const NOT_A_DATE = "not a date of the calendar, such as 2026-12-24";

/** In the order of `Date.prototype.getUTCDay`. */
const weekdayNames = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const satisfies readonly Weekday[];

/**
 * What the wall shows in a zone at an instant, to the minute.
 *
 * @throws {RangeError} when the zone is unknown, or the instant is not a number or not of the years 1900-9999
 */
export function localTime(zone: string, instant: Instant): LocalTime {
  const wall = wallClock(zone, instant);
  const date = dateAt(wall);
  return { date, weekday: weekdayOf(date), minute: Math.floor((wall - startOf(date)) / MINUTE) };
}

/**
 * The first instant at which the wall in a zone shows this time of this day, or a later one. So a time that exists
 * twice, when clocks go back, is its first; and a time that does not exist, when clocks go forward, is the moment they
 * do. Later times never give earlier instants.
 *
 * @param minute minutes after 00:00 by the clock; 1440 is 24:00, and more goes on into the days after
 * @throws {RangeError} when the zone is unknown, or the date is none
 */
export function instantOf(zone: string, date: CalendarDate, minute: number): Instant {
  const asked = `${zone} ${date} ${minute}`;
  const known = instants.get(asked);
  if (known !== undefined) return known;
  const found = findInstant(zone, date, minute);
  if (instants.size >= MOST_INSTANTS) instants.clear();
  instants.set(asked, found);
  return found;
}

/** Hours are computed at every step, from the same few days: the same question gets the same answer. */
const instants = new Map<string, Instant>();
const MOST_INSTANTS = 5000;

function findInstant(zone: string, date: CalendarDate, minute: number): Instant {
  const wanted = startOf(date) + minute * MINUTE;
  // Offsets stay below a day, so these two stand on either side of the moment that is looked for. No zone changes
  // its offset twice within that time.
  const before = offset(zone, wanted - DAY);
  const after = offset(zone, wanted + DAY);
  const early = wanted - Math.max(before, after);
  const late = wanted - Math.min(before, after);
  if (wallClock(zone, early) === wanted) return early;
  if (wallClock(zone, late) === wanted) return late;
  return firstWithOffset(zone, after, early, late);
}

/**
 * A text as the date that it is.
 *
 * @throws {RangeError} when it is none, or one that does not exist, such as 2026-02-30
 */
export function calendarDate(text: string): CalendarDate {
  // Some dates that do not exist are read as days of the next month, so what was read is written again.
  if (dateAt(startOf(text)) === text) return text;
  throw new RangeError(NOT_A_DATE);
}

/** The date so many days later, or earlier when negative. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateAt(startOf(date) + days * DAY);
}

/** How many days the second date is after the first; negative when it is before. */
export function daysBetween(first: CalendarDate, second: CalendarDate): number {
  return (startOf(second) - startOf(first)) / DAY;
}

export function weekdayOf(date: CalendarDate): Weekday {
  const weekday = weekdayNames[new Date(startOf(date)).getUTCDay()];
  if (weekday === undefined) throw new RangeError(NOT_A_DATE);
  return weekday;
}

/** 00:00 of a date as if the wall stood in UTC: days and times of day can be added to it. */
function startOf(date: CalendarDate): number {
  // A date without a time of day is read as UTC.
  return Date.parse(date);
}

function dateAt(wall: number): CalendarDate {
  return new Date(inKnownYears(wall)).toISOString().slice(0, 10);
}

/** After these years a date needs more than four digits; before them, zones had odd seconds. */
function inKnownYears(milliseconds: number): number {
  if (milliseconds >= FIRST_KNOWN && milliseconds < LAST_KNOWN) return milliseconds;
  throw new RangeError("a time outside the years 1900-9999");
}

function offset(zone: string, instant: Instant): number {
  return wallClock(zone, instant) - instant;
}

/** The moment between two instants at which a zone's clocks are set to a new offset. */
function firstWithOffset(zone: string, wanted: number, from: Instant, to: Instant): Instant {
  let [before, at] = [from, to];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (offset(zone, middle) === wanted) at = middle;
    else before = middle;
  }
  return at;
}

/** What the wall in a zone shows, as the instant at which a wall in UTC shows the same. */
function wallClock(zone: string, instant: Instant): number {
  const shown = formatter(zone).format(inKnownYears(instant)).match(/\d+/g) ?? [];
  const [month = 0, day, year = 0, hour, minute, second] = shown.map(Number);
  return (
    Date.UTC(year, month - 1, day, hour, minute, second) + (instant - Math.floor(instant / SECOND) * SECOND)
  );
}

/** Making a formatter takes about a hundred times as long as using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const made = formatters.get(zone);
  if (made !== undefined) return made;
  // In American English the numbers stand in the order month, day, year, hour, minute, second.
  const fresh = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(zone, fresh);
  return fresh;
}
