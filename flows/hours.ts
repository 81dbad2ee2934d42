/**
 * The answer window: whether somebody reads now, until when, and if not, why not and when again. Computed from the
 * programme's hours and the clock at every step, in the site's zone; nothing of it is stored.
 */
import type { Hours, Site } from "../programmes/programme.ts";
import { addDays, type CalendarDate, type Instant, instantOf, localTime, MINUTE } from "./calendar.ts";
import { checkHours, type Day, type DayOff, dayOf } from "./schedule.ts";

/** What has hours: a site, or a helpline. */
type Place = Pick<Site, "zone" | "hours">;

/** An opening that a coordinator made at run time. What ends before it begins, or is no number, opens nothing. */
export interface ExtraOpening {
  from: Instant;
  to: Instant;
}

export type AnswerWindow =
  | {
      open: true;
      /**
       * The first closed instant. Where it stays open for more than 30 days without a break: an instant after those
       * days, which need not be a closing.
       */
      closesAt: Instant;
    }
  | {
      open: false;
      /** The first open instant; null when there is none within 400 days, or the hours are not known. */
      opensAt: Instant | null;
      /** Why it is closed now. */
      why: WhyClosed;
      /** The days after today and before the opening that are usually open, in order, each with why it is not. */
      skipped: SkippedDay[];
    };

type WhyClosed =
  | DayOff
  /** A day of the week that has no hours. */
  | { kind: "closed_day" }
  /** Before, between or after the hours of the day. */
  | { kind: "outside_hours" }
  /** Whoever installed it has not decided on hours yet. */
  | { kind: "undecided" }
  /** The hours, the zone or the clock mean nothing. */
  | { kind: "unreadable" };

interface SkippedDay {
  date: CalendarDate;
  /** When it would have opened, for the words that name the day. */
  at: Instant;
  why: DayOff;
}

/** A stretch of time that is open: from the first instant on, closed at the second. */
type Stretch = ExtraOpening;

/** How many days from today on are looked at for the next opening. */
const daysAhead = 400;

/** How long hours that go on without a break are followed. */
const longEnough = 30 * 24 * 60 * MINUTE;

/**
 * The answer window of a site. Opens at 09:00:00.000, is closed at 20:00:00.000. Openings made by coordinators open
 * whatever the hours say, and are one with the hours they touch. Never throws: hours that can't be read are closed.
 */
export function answerWindow(site: Place, now: Instant, extra: readonly ExtraOpening[]): AnswerWindow {
  return windowAt(site, now, extra, 0);
}

/**
 * The same for a talk that is under way: each closing is later by the minutes of grace, so that nobody is cut off in
 * mid-sentence. No talk begins in them; that is asked of `answerWindow`.
 */
export function talkWindow(
  site: Place,
  now: Instant,
  extra: readonly ExtraOpening[],
  graceMinutes: number,
): AnswerWindow {
  return windowAt(site, now, extra, graceMinutes * MINUTE);
}

/** How many minutes are left, begun ones counted whole, when the window closes within so many; otherwise null. */
export function closesSoon(window: AnswerWindow, now: Instant, withinMinutes: number): number | null {
  if (!window.open) return null;
  const minutes = Math.ceil((window.closesAt - now) / MINUTE);
  return minutes <= withinMinutes ? minutes : null;
}

function windowAt(
  { zone, hours }: Place,
  now: Instant,
  extra: readonly ExtraOpening[],
  grace: number,
): AnswerWindow {
  const openings = extra.filter(isOpening).toSorted((one, other) => one.from - other.from);
  if (hours === null) return look(openings, now, grace, () => ({ why: { kind: "undecided" }, skipped: [] }));
  try {
    checkHours(hours);
    const { date, minute } = localTime(zone, now);
    // In the grace of a day that has just ended, that day counts.
    const first = localTime(zone, now - grace).date;
    const stretches = merged(openings, stretchesOf(hours, zone, first));
    return look(stretches, now, grace, (opensAt) => ({
      why: whyClosed(dayOf(hours, date), minute),
      skipped: opensAt === null ? [] : skippedDays(hours, zone, date, opensAt),
    }));
  } catch {
    return look(openings, now, grace, () => ({ why: { kind: "unreadable" }, skipped: [] }));
  }
}

/** Reads the window off stretches that come in the order of their beginnings. */
function look(
  stretches: Iterable<Stretch>,
  now: Instant,
  grace: number,
  explain: (opensAt: Instant | null) => Pick<AnswerWindow & { open: false }, "why" | "skipped">,
): AnswerWindow {
  // Open from now until here, without a break.
  let until = now;
  let opensAt: Instant | null = null;
  for (const { from, to } of stretches) {
    if (from > until) {
      opensAt = from;
      break;
    }
    until = Math.max(until, to + grace);
    if (until > now + longEnough) break;
  }
  return until > now ? { open: true, closesAt: until } : { open: false, opensAt, ...explain(opensAt) };
}

/** The hours from a date on, as far as is looked ahead. */
function* stretchesOf(hours: Hours, zone: string, first: CalendarDate): Generator<Stretch> {
  for (let day = 0; day <= daysAhead; day++) {
    const date = addDays(first, day);
    for (const span of dayOf(hours, date).open) {
      const stretch = { from: instantOf(zone, date, span.from), to: instantOf(zone, date, span.to) };
      // A span within the hour that is lost when clocks go forward does not happen.
      if (isOpening(stretch)) yield stretch;
    }
  }
}

function* merged(openings: Stretch[], stretches: Iterable<Stretch>): Generator<Stretch> {
  const waiting = [...openings];
  for (const stretch of stretches) {
    for (; waiting[0] !== undefined && waiting[0].from <= stretch.from; waiting.shift()) yield waiting[0];
    yield stretch;
  }
  yield* waiting;
}

function isOpening({ from, to }: Stretch): boolean {
  return Number.isFinite(from) && Number.isFinite(to) && from < to;
}

function whyClosed({ usual, left, open, off }: Day, minute: number): WhyClosed {
  // An eve that only shortens its day explains what it takes away, not the night.
  const shortened = off?.kind === "eve" && left.length > 0;
  const taken = usual.some(({ from, to }) => from <= minute && minute < to);
  if (off !== null && (!shortened || taken)) return off;
  return { kind: open.length > 0 ? "outside_hours" : "closed_day" };
}

function skippedDays(hours: Hours, zone: string, today: CalendarDate, opensAt: Instant): SkippedDay[] {
  const opening = localTime(zone, opensAt).date;
  const skipped: SkippedDay[] = [];
  for (let ahead = 1; ahead <= daysAhead; ahead++) {
    const date = addDays(today, ahead);
    if (date >= opening) break;
    const { usual, off } = dayOf(hours, date);
    const [first] = usual;
    if (first !== undefined && off !== null) {
      skipped.push({ date, at: instantOf(zone, date, first.from), why: off });
    }
  }
  return skipped;
}
