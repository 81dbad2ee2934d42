import { describe, expect, it } from "vitest";
import { at, closedAt, osloSite, shortly, siteWith } from "./hours-sites.ts";

const withoutEves = siteWith({ eves: {} });

/** What a text would say of the days between. */
const skippedAt = (now: string, where = osloSite) =>
  closedAt(now, where).skipped.map(({ date, why }) => {
    if (why.kind === "holiday") return `${date} ${why.holiday}`;
    return why.kind === "eve" ? `${date} ${why.eve}` : `${date} ${why.reason.en}`;
  });

describe("an ordinary week in Oslo", () => {
  it.each([
    ["2026-11-20T08:59:59.999+01:00", "closed until 2026-11-20T08:00Z"],
    ["2026-11-20T09:00:00.000+01:00", "open until 2026-11-20T19:00Z"],
    ["2026-11-20T19:59:59.999+01:00", "open until 2026-11-20T19:00Z"],
    ["2026-11-20T20:00:00.000+01:00", "closed until 2026-11-23T08:00Z"],
    ["2026-11-21T12:00:00.000+01:00", "closed until 2026-11-23T08:00Z"],
    ["2026-11-23T08:59:59.999+01:00", "closed until 2026-11-23T08:00Z"],
    ["2026-11-23T09:00:00.000+01:00", "open until 2026-11-23T19:00Z"],
    ["2026-11-23T20:00:00.000+01:00", "closed until 2026-11-24T08:00Z"],
    ["2026-07-01T08:59:59.999+02:00", "closed until 2026-07-01T07:00Z"],
    ["2026-07-01T09:00:00.000+02:00", "open until 2026-07-01T18:00Z"],
    ["2028-02-29T09:00:00.000+01:00", "open until 2028-02-29T19:00Z"],
    ["2028-02-28T20:00:00.000+01:00", "closed until 2028-02-29T08:00Z"],
    ["2027-02-26T20:00:00.000+01:00", "closed until 2027-03-01T08:00Z"],
  ])("%s: %s", (now, expected) => {
    expect(shortly(at(now))).toBe(expected);
  });

  it.each([
    ["2026-11-20T08:00:00+01:00", "outside_hours"],
    ["2026-11-20T20:00:00+01:00", "outside_hours"],
    ["2026-11-21T00:00:00+01:00", "closed_day"],
    ["2026-11-22T23:59:59+01:00", "closed_day"],
    ["2026-11-23T00:00:00+01:00", "outside_hours"],
  ])("why it is closed at %s: %s", (now, kind) => {
    expect(closedAt(now)).toMatchObject({ why: { kind }, skipped: [] });
  });
});

describe("how long it stays closed", () => {
  it.each([
    ["a night", osloSite, "2026-11-19T20:00+01:00", 13],
    ["a weekend", osloSite, "2026-11-20T20:00+01:00", 61],
    ["the weekend that clocks go forward", osloSite, "2028-03-24T20:00+01:00", 60],
    ["the weekend that clocks go back", osloSite, "2026-10-23T20:00+02:00", 62],
    ["Easter 2026", withoutEves, "2026-04-01T20:00+02:00", 133],
    ["Easter 2026, from 15:00", osloSite, "2026-04-01T15:00+02:00", 138],
    ["Easter 2027, when clocks go forward", withoutEves, "2027-03-24T20:00+01:00", 132],
    ["Easter 2027, from 15:00", osloSite, "2027-03-24T15:00+01:00", 137],
    ["Christmas 2026", siteWith({ eves: { christmas_eve: "closed" } }), "2026-12-23T20:00+01:00", 109],
    ["Christmas 2026, from 15:00", osloSite, "2026-12-23T15:00+01:00", 114],
  ])("%s", (_, where, closing, hours) => {
    expect(at(new Date(Date.parse(closing) - 1).toISOString(), where)).toEqual({
      open: true,
      closesAt: Date.parse(closing),
    });
    const { opensAt } = closedAt(closing, where);
    expect(((opensAt ?? Number.NaN) - Date.parse(closing)) / 3_600_000).toBe(hours);
  });
});

describe("holidays and eves in Norway", () => {
  const holiday = (key: string) => ({ kind: "holiday", holiday: key });
  const eve = (key: string) => ({ kind: "eve", eve: key });

  it.each([
    ["New Year's Day", "2027-01-01T12:00+01:00", holiday("new_year"), "2027-01-04T08:00Z"],
    ["Maundy Thursday", "2026-04-02T12:00+02:00", holiday("maundy_thursday"), "2026-04-07T07:00Z"],
    ["Easter Sunday", "2026-04-05T12:00+02:00", holiday("easter_sunday"), "2026-04-07T07:00Z"],
    ["Easter Monday 2027", "2027-03-29T12:00+02:00", holiday("easter_monday"), "2027-03-30T07:00Z"],
    ["17 May on a Friday", "2024-05-17T12:00+02:00", holiday("constitution_day"), "2024-05-21T07:00Z"],
    ["17 May on a Wednesday", "2028-05-17T09:00+02:00", holiday("constitution_day"), "2028-05-18T07:00Z"],
    ["17 May on Whit Monday", "2027-05-17T12:00+02:00", holiday("constitution_day"), "2027-05-18T07:00Z"],
    ["Ascension Day", "2026-05-14T12:00+02:00", holiday("ascension_day"), "2026-05-15T07:00Z"],
    ["23 December, 15:00", "2027-12-23T15:00+01:00", eve("little_christmas_eve"), "2027-12-27T08:00Z"],
    ["24 December", "2026-12-24T10:00+01:00", eve("christmas_eve"), "2026-12-28T08:00Z"],
    ["25 December", "2026-12-25T10:00+01:00", holiday("christmas_day"), "2026-12-28T08:00Z"],
    ["26 December", "2028-12-26T10:00+01:00", holiday("second_christmas_day"), "2028-12-27T08:00Z"],
    ["31 December", "2026-12-31T10:00+01:00", eve("new_years_eve"), "2027-01-04T08:00Z"],
    ["31 December on a Sunday", "2028-12-31T10:00+01:00", eve("new_years_eve"), "2029-01-02T08:00Z"],
  ])("%s", (_, now, why, opening) => {
    expect(closedAt(now)).toMatchObject({ why, opensAt: Date.parse(opening) });
  });

  it("an eve explains the hours it takes, not those that are closed anyway", () => {
    const why = (time: string) => closedAt(`2026-12-23T${time}+01:00`).why.kind;
    expect([why("08:59"), why("15:00"), why("19:59"), why("20:00")]).toEqual([
      "outside_hours",
      "eve",
      "eve",
      "outside_hours",
    ]);
    expect(shortly(at("2026-12-23T14:59:59.999+01:00"))).toBe("open until 2026-12-23T14:00Z");
  });

  it("an eve explains from the minute on that it takes", () => {
    const split = siteWith({
      week: {
        wednesday: [
          ["09:00", "12:00"],
          ["15:00", "20:00"],
        ],
      },
    });
    expect(closedAt("2026-12-23T14:59:59+01:00", split).why.kind).toBe("outside_hours");
    expect(closedAt("2026-12-23T15:00+01:00", split).why).toEqual(eve("little_christmas_eve"));
  });

  it("an eve that ends when the day would open, closes the day", () => {
    const evening = siteWith({ week: { wednesday: [["15:00", "20:00"]], thursday: [["15:00", "20:00"]] } });
    expect(closedAt("2026-12-23T10:00+01:00", evening).why).toEqual(eve("little_christmas_eve"));
    expect(skippedAt("2026-12-22T10:00+01:00", evening)).toEqual([
      "2026-12-23 little_christmas_eve",
      "2026-12-24 christmas_eve",
    ]);
  });

  it("an eve that ends after the day closes, changes nothing", () => {
    const late = siteWith({ eves: { little_christmas_eve: "21:00" } });
    expect(shortly(at("2026-12-23T19:00+01:00", late))).toBe("open until 2026-12-23T19:00Z");
    expect(closedAt("2026-12-23T20:30+01:00", late).why.kind).toBe("outside_hours");
  });

  it("without a calendar no day is a holiday", () => {
    const noHolidays = siteWith({ holidays: null, eves: {} });
    expect(shortly(at("2026-12-25T12:00+01:00", noHolidays))).toBe("open until 2026-12-25T19:00Z");
  });
});

describe("the days that are skipped", () => {
  it("are named with why: Tuesday 09:00; Monday is a public holiday", () => {
    const window = closedAt("2027-05-14T20:00+02:00");
    expect(new Date(window.opensAt ?? 0)).toEqual(new Date("2027-05-18T09:00+02:00"));
    expect(window.skipped).toEqual([
      {
        date: "2027-05-17",
        at: Date.parse("2027-05-17T09:00+02:00"),
        why: { kind: "holiday", holiday: "constitution_day" },
      },
    ]);
  });

  it("leave out weekends, and today", () => {
    expect(skippedAt("2026-04-01T20:00+02:00")).toEqual([
      "2026-04-02 maundy_thursday",
      "2026-04-03 good_friday",
      "2026-04-06 easter_monday",
    ]);
    expect(skippedAt("2026-04-02T12:00+02:00")).toEqual([
      "2026-04-03 good_friday",
      "2026-04-06 easter_monday",
    ]);
    expect(skippedAt("2026-12-23T22:00+01:00")).toEqual([
      "2026-12-24 christmas_eve",
      "2026-12-25 christmas_day",
    ]);
    expect(skippedAt("2026-11-20T22:00+01:00")).toEqual([]);
  });

  it("give the programme's own reason before a holiday's", () => {
    const away = siteWith({
      closures: [
        { from: "2026-12-24", to: "2026-12-30", reason: { en: "we are all at home", nb: "vi er hjemme" } },
      ],
    });
    expect(skippedAt("2026-12-23T22:00+01:00", away)).toEqual([
      "2026-12-24 we are all at home",
      "2026-12-25 we are all at home",
      "2026-12-28 we are all at home",
      "2026-12-29 we are all at home",
      "2026-12-30 we are all at home",
      "2026-12-31 new_years_eve",
      "2027-01-01 new_year",
    ]);
  });
});
