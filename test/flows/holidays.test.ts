import Holidays from "date-holidays";
import { describe, expect, it } from "vitest";
import { addDays, type CalendarDate, daysBetween, weekdayOf } from "../../flows/calendar.ts";
import {
  easterSunday,
  eveOn,
  type HolidayKey,
  holidayOn,
  orthodoxEasterSunday,
} from "../../flows/holidays.ts";
import type { HolidayCalendar } from "../../programmes/programme.ts";

const from = "2024-01-01";
const to = "2035-12-31";
const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, days) => addDays(from, days));

/** What `date-holidays` calls each of our holidays: its rule, without what it does about Sundays. */
const rules: Record<HolidayCalendar, Record<string, HolidayKey>> = {
  no: {
    "01-01": "new_year",
    "easter -3": "maundy_thursday",
    "easter -2": "good_friday",
    easter: "easter_sunday",
    "easter 1": "easter_monday",
    "05-01": "labour_day",
    "05-17": "constitution_day",
    "easter 39": "ascension_day",
    "easter 49": "whit_sunday",
    "easter 50": "whit_monday",
    "12-25": "christmas_day",
    "12-26": "second_christmas_day",
  },
  rs: {
    "01-01": "new_year",
    "01-02": "new_year",
    "julian 12-25": "christmas_day",
    "02-15": "statehood_day",
    "02-16": "statehood_day",
    "orthodox -2": "good_friday",
    orthodox: "easter_sunday",
    "orthodox 1": "easter_monday",
    "05-01": "labour_day",
    "05-02": "labour_day",
    "11-11": "armistice_day",
  },
  hu: {
    "01-01": "new_year",
    "03-15": "revolution_day_1848",
    "easter -2": "good_friday",
    easter: "easter_sunday",
    "easter 1": "easter_monday",
    "05-01": "labour_day",
    "easter 49": "whit_sunday",
    "easter 50": "whit_monday",
    "08-20": "state_foundation_day",
    "10-23": "revolution_day_1956",
    "11-01": "all_saints_day",
    "12-25": "christmas_day",
    "12-26": "second_christmas_day",
  },
};

/** Holidays by date, several where they meet. */
type Year = Map<CalendarDate, string[]>;

function expected(calendar: HolidayCalendar): Year {
  const library = new Holidays(calendar.toUpperCase(), { types: ["public"] });
  const found: Year = new Map();
  for (let year = 2024; year <= 2035; year++) {
    for (const { date, rule } of library.getHolidays(year)) {
      const key = rules[calendar][rule.replace(/ if sunday.*/, "")] ?? rule;
      const day = date.slice(0, 10);
      found.set(day, [...(found.get(day) ?? []), key]);
    }
  }
  return found;
}

function differences(calendar: HolidayCalendar): string[] {
  const library = expected(calendar);
  return dates.flatMap((date) => {
    const ours = holidayOn(calendar, date);
    const theirs = library.get(date) ?? [];
    if (ours === null ? theirs.length === 0 : theirs.includes(ours)) return [];
    return [`${date} ${theirs.join("+") || "none"} -> ${ours}`];
  });
}

describe("public holidays are those of date-holidays, 2024 to 2035", () => {
  it("Norway, without a difference", () => {
    expect(differences("no")).toEqual([]);
  });

  it("Serbia, but for the Saturday before Easter and what becomes of Sundays", () => {
    // The act's article 2: Easter is kept from Good Friday to Easter Monday, so its Saturday is free as well. (On
    // 1 May 2027 and 2032 that Saturday is Labour Day, which the library has.)
    const saturdays = dates.filter(
      (date) =>
        date === addDays(orthodoxEasterSunday(Number(date.slice(0, 4))), -1) && !date.endsWith("-05-01"),
    );
    // The library moves a holiday of the state away from its Sunday. In the act the Sunday stays a holiday.
    const ofTheState = ["01-01", "01-02", "02-15", "02-16", "05-01", "05-02", "11-11"];
    const sundays = dates.filter(
      (date) => weekdayOf(date) === "sunday" && ofTheState.includes(date.slice(5)),
    );
    // The act's article 3a gives the next *working* day for it. When 2 May is Easter Sunday, the library names Monday,
    // which is a holiday already; the ministry's opinion of 20 January 2021 (011-00-530/2020-02) names Tuesday.
    const tuesdays = ["2027-05-04", "2032-05-04"];
    expect(differences("rs")).toEqual(
      [
        ...saturdays.map((date) => `${date} none -> holy_saturday`),
        ...sundays.map((date) => {
          const isEaster = date === orthodoxEasterSunday(Number(date.slice(0, 4)));
          return `${date} ${isEaster ? "easter_sunday" : "none"} -> ${rules.rs[date.slice(5)]}`;
        }),
        ...tuesdays.map((date) => `${date} none -> labour_day`),
      ].sort(),
    );
    expect([saturdays.length, sundays.length]).toEqual([10, 12]);
  });

  it("Hungary, but for 24 December", () => {
    // The library calls it optional. The labour code does not name it, but each year's decree makes it a day of rest.
    const christmasEves = dates.filter((date) => date.endsWith("-12-24"));
    expect(differences("hu")).toEqual(christmasEves.map((date) => `${date} none -> christmas_eve`));
  });
});

describe("Easter", () => {
  it.each([
    [1961, "1961-04-02"],
    [1981, "1981-04-19"],
    [2000, "2000-04-23"],
    [2008, "2008-03-23"],
    [2038, "2038-04-25"],
    [2049, "2049-04-18"],
    [2285, "2285-03-22"],
  ])("of the western churches in %i", (year, date) => {
    expect(easterSunday(year)).toBe(date);
  });

  it.each([
    [1983, "1983-05-08"],
    [2010, "2010-04-04"],
    [2024, "2024-05-05"],
    [2100, "2100-05-02"],
  ])("of the Orthodox churches in %i", (year, date) => {
    expect(orthodoxEasterSunday(year)).toBe(date);
  });
});

describe("a Serbian holiday on a Sunday", () => {
  it.each([
    ["2023-01-03", "new_year", "1 January, and 2 January is a holiday"],
    ["2022-01-03", "new_year", "2 January"],
    ["2026-02-17", "statehood_day", "15 February, and 16 February is a holiday"],
    ["2016-05-03", "labour_day", "1 May, which is Easter, and 2 May is Labour Day and Easter Monday"],
    ["2021-05-04", "labour_day", "2 May, which is Easter, and 3 May is Easter Monday"],
    ["2029-11-12", "armistice_day", "11 November"],
  ])("gives %s off as %s, for %s", (date, key) => {
    expect(holidayOn("rs", date)).toBe(key);
    expect(holidayOn("rs", addDays(date, 1))).toBeNull();
  });

  it("of the church is not replaced", () => {
    expect(holidayOn("rs", "2024-01-07")).toBe("christmas_day");
    expect(holidayOn("rs", "2024-01-08")).toBeNull();
  });

  it("is not replaced when it falls on a Saturday", () => {
    expect(holidayOn("rs", "2023-11-11")).toBe("armistice_day");
    expect(holidayOn("rs", "2023-11-13")).toBeNull();
  });
});

it("names the holiday of fixed date where two meet", () => {
  expect(holidayOn("no", "2027-05-17")).toBe("constitution_day");
});

describe("eves", () => {
  const evesOf = (calendar: HolidayCalendar | null, year: number) =>
    dates.flatMap((date) => {
      const eve = date.startsWith(`${year}`) ? eveOn(calendar, date) : null;
      return eve === null ? [] : [[date, eve]];
    });

  it.each(["no", "hu", null] as const)("go with the western feasts: %s", (calendar) => {
    expect(evesOf(calendar, 2026)).toEqual([
      ["2026-04-01", "wednesday_before_easter"],
      ["2026-12-23", "little_christmas_eve"],
      ["2026-12-24", "christmas_eve"],
      ["2026-12-31", "new_years_eve"],
    ]);
  });

  it("go with the Orthodox feasts in Serbia", () => {
    expect(evesOf("rs", 2026)).toEqual([
      ["2026-01-05", "little_christmas_eve"],
      ["2026-01-06", "christmas_eve"],
      ["2026-04-08", "wednesday_before_easter"],
      ["2026-12-31", "new_years_eve"],
    ]);
  });
});
