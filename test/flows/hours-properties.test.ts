/** The answer window against a reference that walks minute by minute, over random programmes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { addDays, type CalendarDate } from "../../flows/calendar.ts";
import { eveOn, holidayOn } from "../../flows/holidays.ts";
import { answerWindow, type ExtraOpening, talkWindow } from "../../flows/hours.ts";
import { eves, type Hours, holidayCalendars, type Site, weekdays } from "../../programmes/programme.ts";
import { osloSite } from "./hours-sites.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Formatters of the reference, by zone. */
const labels = new Map<string, Intl.DateTimeFormat>();

const zones = ["Europe/Oslo", "Asia/Nicosia", "Europe/Lisbon", "America/St_Johns", "Australia/Lord_Howe"];

/** Days around which something happens: clocks change, feasts, the leap day, the turn of the year. */
const busyDays = [
  "2026-03-08",
  "2026-10-04",
  "2026-10-25",
  "2026-11-01",
  "2026-12-23",
  "2027-03-14",
  "2027-03-28",
  "2027-04-04",
  "2027-04-30",
  "2027-05-16",
  "2028-02-29",
];

const time = fc.integer({ min: 0, max: 96 }).map((quarter) => clock(quarter * 15));
const span = fc
  .tuple(time, time)
  .filter(([from, to]) => from !== to)
  .map(([one, other]): [string, string] => (one < other ? [one, other] : [other, one]));
const spans = fc.array(span, { maxLength: 3 });

/** Hours that differ from the usual around a day. */
function hoursAround(date: CalendarDate): fc.Arbitrary<Hours> {
  const near = fc.integer({ min: -2, max: 9 }).map((days) => addDays(date, days));
  return fc.record({
    week: fc.record(Object.fromEntries(weekdays.map((name) => [name, spans]))),
    holidays: fc.constantFrom(...holidayCalendars, null),
    eves: fc.record(
      Object.fromEntries(eves.map((eve) => [eve, fc.oneof(time, fc.constant("closed" as const))])),
      { requiredKeys: [] },
    ),
    closures: fc.array(
      fc
        .tuple(near, fc.nat(3))
        .map(([from, days]) => ({ from, to: addDays(from, days), reason: { en: "closed" } })),
      { maxLength: 2 },
    ),
    openings: fc.array(fc.record({ date: near, spans: fc.array(span, { minLength: 1, maxLength: 2 }) }), {
      maxLength: 2,
    }),
  });
}

interface Situation {
  site: Site;
  now: number;
  extra: ExtraOpening[];
}

const situation: fc.Arbitrary<Situation> = fc
  .record({
    zone: fc.constantFrom(...zones),
    date: fc.oneof(
      fc.constantFrom(...busyDays),
      fc.nat(4000).map((days) => addDays("2024-01-05", days)),
    ),
  })
  .chain(({ zone, date }) => {
    const start = Date.parse(date);
    const moment = fc.oneof(
      fc.integer({ min: -96, max: 96 }).map((quarter) => start + quarter * 15 * minute),
      fc.integer({ min: start - day, max: start + day }),
    );
    const opening = fc
      .tuple(fc.integer({ min: -1500, max: 4500 }), fc.integer({ min: -30, max: 300 }))
      .map(([from, minutes]) => ({ from: start + from * minute, to: start + (from + minutes) * minute }));
    return fc.record({
      site: hoursAround(date).map((hours): Site => ({ ...osloSite, zone, hours })),
      now: moment,
      extra: fc.array(opening, { maxLength: 3 }),
    });
  });

it("opens at the first open instant and closes at the first closed one", () => {
  fc.assert(
    fc.property(situation, ({ site, now, extra }) => {
      const window = answerWindow(site, now, extra);
      const boundary = window.open ? window.closesAt : window.opensAt;
      if (boundary === null) return;
      expect(boundary).toBeGreaterThan(now);
      expect(answerWindow(site, boundary - 1, extra).open).toBe(window.open);
      expect(answerWindow(site, boundary, extra).open).toBe(!window.open);
      // From now to just before the boundary the answer is the same.
      for (const part of [0.1, 0.5, 0.9]) {
        const between = answerWindow(site, Math.floor(now + (boundary - now) * part), extra);
        expect(between.open).toBe(window.open);
        expect(between.open ? between.closesAt : between.opensAt).toBe(boundary);
      }
    }),
    { numRuns: 400 },
  );
});

it("agrees with walking minute by minute", () => {
  fc.assert(
    fc.property(situation, ({ site, now, extra }) => {
      const walk = walkFrom(site, now, extra);
      const window = answerWindow(site, now, extra);
      expect(window.open).toBe(walk.open);
      const boundary = window.open ? window.closesAt : window.opensAt;
      if (walk.boundary === null) expect(boundary ?? Number.POSITIVE_INFINITY).toBeGreaterThan(walk.end);
      else expect(boundary).toBe(walk.boundary);
    }),
    { numRuns: 60 },
  );
});

it("lets a talk go on exactly for the grace after a closing", () => {
  fc.assert(
    fc.property(situation, fc.integer({ min: 1, max: 90 }), ({ site, now, extra }, grace) => {
      const open = talkWindow(site, now, extra, grace).open;
      const openBefore = Array.from(
        { length: grace + 1 },
        (_, minutes) => answerWindow(site, now - minutes * minute, extra).open,
      );
      expect(open).toBe(openBefore.includes(true));
    }),
    { numRuns: 40 },
  );
});

it("skips only days that are usually open, in order, between today and the opening", () => {
  fc.assert(
    fc.property(situation, ({ site, now, extra }) => {
      const window = answerWindow(site, now, extra);
      if (window.open || window.opensAt === null) return;
      const { opensAt, skipped } = window;
      const dates = skipped.map(({ date }) => date);
      expect(dates).toEqual([...new Set(dates)].sort());
      for (const { date, at } of skipped) {
        expect(at).toBeGreaterThan(now);
        expect(at).toBeLessThan(opensAt);
        expect(localLabel(site.zone, at).slice(0, 10)).toBe(date);
        expect(answerWindow(site, at, extra).open).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

it("never throws, whatever the hours hold", () => {
  const anything = fc.anything({ maxDepth: 3 });
  const broken = fc.record({
    week: anything,
    holidays: anything,
    eves: anything,
    closures: anything,
    openings: anything,
  });
  fc.assert(
    fc.property(
      fc.oneof(anything, broken),
      fc.oneof(fc.string(), fc.constant("Europe/Oslo")),
      fc.oneof(fc.double(), fc.constant(Date.UTC(2026, 10, 20, 12))),
      (hours, zone, now) => {
        const site: Site = { ...osloSite, zone };
        Object.assign(site, { hours });
        expect(() => answerWindow(site, now, [])).not.toThrow();
      },
    ),
    { numRuns: 500 },
  );
});

/**
 * Walks ten days, a minute at a time, and looks each minute up on the wall. A span holds from the first minute at
 * which the wall shows its beginning or later to the first at which it shows its end or later; so when clocks go back,
 * what counts is the latest time that was shown.
 */
function walkFrom(site: Site, now: number, extra: ExtraOpening[]) {
  const end = Math.floor(now / minute) * minute + 10 * day;
  let latest = "";
  let open: boolean | null = null;
  for (let instant = Math.floor(now / minute) * minute - day / 4; instant < end; instant += minute) {
    const label = localLabel(site.zone, instant);
    if (label > latest) latest = label;
    if (instant + minute <= now) continue;
    const isOpen = inHours(site, latest) || extra.some(({ from, to }) => from <= instant && instant < to);
    open ??= isOpen;
    if (isOpen !== open) return { open, boundary: instant, end };
  }
  return { open: open ?? false, boundary: null, end };
}

/** Whether the file's hours hold a minute, written as "2026-11-20 09:00". */
function inHours({ hours }: Site, label: string): boolean {
  if (hours === null) return false;
  const [date = "", shown = ""] = label.split(" ");
  const within = (list: readonly (readonly [string, string])[]) =>
    list.some(([from, to]) => from <= shown && shown < to);
  if (hours.openings.some((opening) => opening.date === date && within(opening.spans))) return true;
  if (hours.closures.some(({ from, to }) => from <= date && date <= to)) return false;
  if (hours.holidays !== null && holidayOn(hours.holidays, date) !== null) return false;
  const eve = eveOn(hours.holidays, date);
  const eveEnd = eve === null ? undefined : hours.eves[eve];
  if (eveEnd === "closed" || (eveEnd !== undefined && shown >= eveEnd)) return false;
  const name = new Date(`${date}T12:00Z`).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
  const weekday = weekdays.find((candidate) => candidate === name.toLowerCase());
  return weekday !== undefined && within(hours.week[weekday] ?? []);
}

function localLabel(zone: string, instant: number): string {
  let format = labels.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
    labels.set(zone, format);
  }
  return format.format(instant);
}

function clock(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
