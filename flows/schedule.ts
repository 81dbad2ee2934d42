/**
 * The hours of a programme's file, day by day: which spans of a date are open, and why the usual ones are not. Local
 * terms only, no zone and no instant.
 */
import type { Eve, Hours } from "../programmes/programme.ts";
import { type CalendarDate, calendarDate, weekdayOf } from "./calendar.ts";
import { eveOn, type HolidayKey, holidayOn } from "./holidays.ts";

/** Open from the first minute of the day on and closed at the second: 09:00 to 20:00 is from 540 to 1200. */
interface Span {
  from: number;
  to: number;
}

/** From 00:00 to 24:00. */
const minutesOfDay = 24 * 60;

type Closure = Hours["closures"][number];

/** What takes hours from a day, or would if it were a weekday that has any. The programme's own reason goes first. */
export type DayOff =
  | { kind: "closure"; reason: Closure["reason"] }
  | { kind: "holiday"; holiday: HolidayKey }
  | { kind: "eve"; eve: Eve };

/** What is open on one date. Each list is in the order of beginnings; its spans may overlap. */
export interface Day {
  /** What the weekday usually has. */
  usual: Span[];
  /** What is left of it. */
  left: Span[];
  /** Everything that is open: what is left, and the programme's own extra openings. */
  open: Span[];
  off: DayOff | null;
}

export function dayOf(hours: Hours, date: CalendarDate): Day {
  const usual = inOrder((hours.week[weekdayOf(date)] ?? []).map(spanOf));
  const extra = hours.openings.filter((opening) => opening.date === date).flatMap(({ spans }) => spans);
  const { off, end } = dayOff(hours, date, usual);
  const left = until(end, usual);
  return { usual, left, open: inOrder([...left, ...extra.map(spanOf)]), off };
}

/**
 * The second lock on hours, after the check of the file: what means nothing is never taken for a day that is open.
 *
 * @throws {RangeError} when a time or date is none, or a span or closure ends before it begins
 */
export function checkHours(hours: Hours): void {
  for (const spans of Object.values(hours.week)) spans.map(spanOf);
  for (const end of Object.values(hours.eves)) eveEnd(end);
  for (const { date, spans } of hours.openings) {
    calendarDate(date);
    spans.map(spanOf);
  }
  for (const { from, to } of hours.closures) {
    if (calendarDate(from) > calendarDate(to)) throw new RangeError("a closure ends before it begins");
  }
}

/** Why a day has less than usual, and at which minute what is left of it ends. */
function dayOff(hours: Hours, date: CalendarDate, usual: Span[]): { off: DayOff | null; end: number } {
  const closure = hours.closures.find(({ from, to }) => from <= date && date <= to);
  if (closure !== undefined) return { off: { kind: "closure", reason: closure.reason }, end: 0 };
  const holiday = hours.holidays === null ? null : holidayOn(hours.holidays, date);
  if (holiday !== null) return { off: { kind: "holiday", holiday }, end: 0 };
  const eve = eveOn(hours.holidays, date);
  const end = eve === null ? minutesOfDay : eveEnd(hours.eves[eve] ?? "24:00");
  const shortens = end === 0 || usual.some(({ to }) => to > end);
  return { off: eve !== null && shortens ? { kind: "eve", eve } : null, end };
}

function eveEnd(end: string): number {
  return end === "closed" ? 0 : minuteOf(end);
}

function until(end: number, spans: Span[]): Span[] {
  return spans.flatMap(({ from, to }) => (from < end ? [{ from, to: Math.min(to, end) }] : []));
}

function inOrder(spans: Span[]): Span[] {
  return spans.toSorted((one, other) => one.from - other.from);
}

function spanOf([begin, end]: readonly [string, string]): Span {
  const span = { from: minuteOf(begin), to: minuteOf(end) };
  if (span.from < span.to) return span;
  throw new RangeError("a span of hours ends before it begins");
}

function minuteOf(time: string): number {
  const [, hour, minute] = /^(\d\d):([0-5]\d)$/.exec(time) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (minutes <= minutesOfDay) return minutes;
  throw new RangeError("not a time of day, such as 09:00");
}
