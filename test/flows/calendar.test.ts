import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, calendarDate, daysBetween, instantOf, localTime, weekdayOf } from "../../flows/calendar.ts";

const minute = 60_000;

describe("what the wall shows", () => {
  it.each([
    ["Europe/Oslo", "2026-11-20T19:59:59.999Z", "2026-11-20", "friday", 20 * 60 + 59],
    ["Europe/Oslo", "2026-06-30T22:00:00.000Z", "2026-07-01", "wednesday", 0],
    ["Asia/Nicosia", "2026-12-31T22:00:00Z", "2027-01-01", "friday", 0],
    ["Europe/Lisbon", "2026-12-31T23:59:00Z", "2026-12-31", "thursday", 23 * 60 + 59],
    ["America/St_Johns", "2026-01-01T03:29:59.999Z", "2025-12-31", "wednesday", 23 * 60 + 59],
    ["America/St_Johns", "2026-01-01T03:30:00.000Z", "2026-01-01", "thursday", 0],
    ["Asia/Kathmandu", "2028-02-29T12:00:00Z", "2028-02-29", "tuesday", 17 * 60 + 45],
    ["UTC", "1969-12-31T23:59:59.999Z", "1969-12-31", "wednesday", 23 * 60 + 59],
  ])("%s at %s", (zone, instant, date, weekday, minuteOfDay) => {
    expect(localTime(zone, Date.parse(instant))).toEqual({ date, weekday, minute: minuteOfDay });
  });

  it.each([
    ["no zone", "Europe/Olso", 0],
    ["no number", "Europe/Oslo", Number.NaN],
    ["no end", "Europe/Oslo", Number.POSITIVE_INFINITY],
    ["a year of five digits", "Europe/Oslo", Date.UTC(10000, 0, 1)],
    ["a year before zones", "Europe/Oslo", Date.UTC(1850, 0, 1)],
  ])("throws for %s", (_, zone, instant) => {
    expect(() => localTime(zone, instant)).toThrow(RangeError);
  });
});

describe("the instant of a local time", () => {
  it.each([
    ["winter", "Europe/Oslo", "2026-12-01", 9 * 60, "2026-12-01T08:00:00Z"],
    ["summer", "Europe/Oslo", "2026-07-01", 9 * 60, "2026-07-01T07:00:00Z"],
    ["24:00 is the next day", "Europe/Oslo", "2026-07-31", 24 * 60, "2026-07-31T22:00:00Z"],
    ["minutes go on into other days", "Europe/Oslo", "2027-03-27", 2 * 24 * 60 + 540, "2027-03-29T07:00:00Z"],
    ["the last minute before the gap", "Europe/Oslo", "2027-03-28", 119, "2027-03-28T00:59:00Z"],
    ["the gap begins", "Europe/Oslo", "2027-03-28", 120, "2027-03-28T01:00:00Z"],
    ["in the gap", "Europe/Oslo", "2027-03-28", 150, "2027-03-28T01:00:00Z"],
    ["after the gap", "Europe/Oslo", "2027-03-28", 181, "2027-03-28T01:01:00Z"],
    ["twice: the first", "Europe/Oslo", "2026-10-25", 150, "2026-10-25T00:30:00Z"],
    ["once again after that", "Europe/Oslo", "2026-10-25", 180, "2026-10-25T02:00:00Z"],
    ["after a gap in the west", "America/St_Johns", "2027-03-14", 210, "2027-03-14T06:00:00Z"],
    ["half an hour lost", "Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30:00Z"],
    ["half an hour twice", "Australia/Lord_Howe", "2027-04-04", 105, "2027-04-03T14:45:00Z"],
    ["no midnight", "Asia/Beirut", "2026-03-29", 0, "2026-03-28T22:00:00Z"],
    ["no midnight, as 24:00", "Asia/Beirut", "2026-03-28", 24 * 60, "2026-03-28T22:00:00Z"],
    ["back over midnight", "America/St_Johns", "2009-11-01", 0, "2009-11-01T02:30:00Z"],
    ["a day that was left out", "Pacific/Apia", "2011-12-30", 720, "2011-12-30T10:00:00Z"],
  ])("%s", (_, zone, date, minuteOfDay, expected) => {
    expect(new Date(instantOf(zone, date, minuteOfDay))).toEqual(new Date(expected));
  });

  it("is the first at which the wall shows that time or a later one", () => {
    const zones = ["Europe/Oslo", "Asia/Nicosia", "Europe/Lisbon", "America/St_Johns", "Australia/Lord_Howe"];
    const changes = ["2026-10-25", "2027-03-28", "2026-11-01", "2027-03-14", "2026-10-04", "2027-04-04"];
    const anyDate = fc.nat(4000).map((days) => addDays("2024-01-01", days));
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.oneof(fc.constantFrom(...changes), anyDate),
        fc.oneof(fc.integer({ min: 60, max: 240 }), fc.nat(1439)),
        (zone, date, minuteOfDay) => {
          const reads = (instant: number) => {
            const local = localTime(zone, instant);
            return daysBetween(date, local.date) * 1440 + local.minute;
          };
          const instant = instantOf(zone, date, minuteOfDay);
          expect(reads(instant)).toBeGreaterThanOrEqual(minuteOfDay);
          expect(reads(instant - 1)).toBeLessThan(minuteOfDay);
          for (let before = 1; before <= 180; before++) {
            expect(reads(instant - before * minute)).toBeLessThan(minuteOfDay);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("throws for no zone and no date", () => {
    expect(() => instantOf("Europe/Olso", "2026-12-24", 0)).toThrow(RangeError);
    expect(() => instantOf("Europe/Oslo", "Christmas", 0)).toThrow(RangeError);
  });
});

describe("dates", () => {
  it("are counted over months, leap days and years", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2027-02-28", 1)).toBe("2027-03-01");
    expect(addDays("2027-01-01", -1)).toBe("2026-12-31");
    expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
    expect(daysBetween("2026-12-24", "2026-12-01")).toBe(-23);
  });

  it("have their weekday", () => {
    const week = [
      "2026-11-16",
      "2026-11-17",
      "2026-11-18",
      "2026-11-19",
      "2026-11-20",
      "2026-11-21",
      "2026-11-22",
    ];
    expect(week.map(weekdayOf)).toEqual([
      "monday",
      "tuesday",
      "wednesday",
      "thursday",
      "friday",
      "saturday",
      "sunday",
    ]);
  });

  it("are read as written, or not at all", () => {
    expect(calendarDate("2028-02-29")).toBe("2028-02-29");
    for (const text of [
      "2026-02-29",
      "2026-02-30",
      "2026-13-01",
      "24.12.2026",
      "2026-12-24T00:00:00Z",
      "2026",
      "",
    ]) {
      expect(() => calendarDate(text), text).toThrow(RangeError);
    }
  });
});
