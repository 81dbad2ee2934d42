import { describe, expect, it } from "vitest";
import { closesSoon, type ExtraOpening, talkWindow } from "../../flows/hours.ts";
import { type Hours, weekdays } from "../../programmes/programme.ts";
import { at, closedAt, extra, osloSite, shortly, siteWith } from "./hours-sites.ts";

describe("own closures and openings", () => {
  const summer = { from: "2026-06-29", to: "2026-08-09", reason: { en: "summer" } };

  it("closes from the first day to the last, both included", () => {
    const closed = siteWith({ closures: [summer] });
    expect(shortly(at("2026-06-26T19:59+02:00", closed))).toBe("open until 2026-06-26T18:00Z");
    expect(shortly(at("2026-06-26T20:00+02:00", closed))).toBe("closed until 2026-08-10T07:00Z");
    expect(closedAt("2026-06-29T00:00+02:00", closed).why).toEqual({
      kind: "closure",
      reason: { en: "summer" },
    });
    expect(closedAt("2026-08-09T23:59:59+02:00", closed).why.kind).toBe("closure");
    expect(closedAt("2026-08-10T00:00+02:00", closed).why.kind).toBe("outside_hours");
    expect(closedAt("2026-06-26T20:00+02:00", closed).skipped).toHaveLength(30);
  });

  it("opens on a closed day, a holiday and in a closure", () => {
    const where = siteWith({
      closures: [summer],
      openings: [
        { date: "2026-11-21", spans: [["10:00", "14:00"]] },
        { date: "2026-12-25", spans: [["18:00", "24:00"]] },
        { date: "2026-07-01", spans: [["12:00", "13:00"]] },
      ],
    });
    expect(shortly(at("2026-11-20T20:00+01:00", where))).toBe("closed until 2026-11-21T09:00Z");
    expect(closedAt("2026-11-21T09:59:59+01:00", where).why.kind).toBe("outside_hours");
    expect(shortly(at("2026-11-21T10:00+01:00", where))).toBe("open until 2026-11-21T13:00Z");
    expect(shortly(at("2026-12-25T18:00+01:00", where))).toBe("open until 2026-12-25T23:00Z");
    expect(closedAt("2026-12-25T12:00+01:00", where).why.kind).toBe("holiday");
    expect(shortly(at("2026-07-01T12:30+02:00", where))).toBe("open until 2026-07-01T11:00Z");
    expect(closedAt("2026-07-01T13:00+02:00", where).why.kind).toBe("closure");
  });

  it("adds to the hours of its day; with a closure it takes their place", () => {
    const openings: Hours["openings"] = [
      { date: "2026-11-19", spans: [["20:00", "21:00"]] },
      { date: "2026-11-20", spans: [["12:00", "13:00"]] },
    ];
    const closures = [{ from: "2026-11-20", to: "2026-11-20", reason: { en: "a training day" } }];
    const where = siteWith({ openings, closures });
    expect(shortly(at("2026-11-19T12:00+01:00", where))).toBe("open until 2026-11-19T20:00Z");
    expect(shortly(at("2026-11-20T09:00+01:00", where))).toBe("closed until 2026-11-20T11:00Z");
    expect(shortly(at("2026-11-20T12:00+01:00", where))).toBe("open until 2026-11-20T12:00Z");
  });
});

describe("several spans a day", () => {
  const split = siteWith({
    week: {
      monday: [
        ["15:00", "18:00"],
        ["09:00", "12:00"],
        ["18:00", "24:00"],
      ],
      tuesday: [
        ["00:00", "02:00"],
        ["01:00", "03:00"],
      ],
    },
  });

  it.each([
    ["2026-11-23T11:59+01:00", "open until 2026-11-23T11:00Z"],
    ["2026-11-23T12:00+01:00", "closed until 2026-11-23T14:00Z"],
    ["2026-11-23T15:00+01:00", "open until 2026-11-24T02:00Z"],
    ["2026-11-23T18:00+01:00", "open until 2026-11-24T02:00Z"],
    ["2026-11-24T00:00+01:00", "open until 2026-11-24T02:00Z"],
    ["2026-11-24T03:00+01:00", "closed until 2026-11-30T08:00Z"],
  ])("%s: %s", (now, expected) => {
    expect(shortly(at(now, split))).toBe(expected);
  });

  it("goes on day and night: a closing within 30 days is told, one after that is not yet", () => {
    const always: Hours["week"] = {};
    for (const day of weekdays) always[day] = [["00:00", "24:00"]];
    const where = siteWith({ week: always, holidays: null, eves: { new_years_eve: "closed" } });
    expect(shortly(at("2026-12-05T12:00+01:00", where))).toBe("open until 2026-12-30T23:00Z");
    expect(shortly(at("2026-11-20T12:00+01:00", where))).toBe("open until 2026-12-20T23:00Z");
    expect(shortly(at("2026-12-20T23:00Z", where))).toBe("open until 2026-12-30T23:00Z");
  });
});

describe("openings that a coordinator makes", () => {
  it.each([
    [
      "opens at once",
      "2026-11-21T12:00Z",
      extra("2026-11-21T12:00Z", "2026-11-21T13:00Z"),
      "open until 2026-11-21T13:00Z",
    ],
    [
      "is over",
      "2026-11-21T13:00Z",
      extra("2026-11-21T12:00Z", "2026-11-21T13:00Z"),
      "closed until 2026-11-23T08:00Z",
    ],
    [
      "is to come",
      "2026-11-21T11:59Z",
      extra("2026-11-21T12:00Z", "2026-11-21T13:00Z"),
      "closed until 2026-11-21T12:00Z",
    ],
    [
      "comes after the ordinary opening",
      "2026-11-22T12:00Z",
      extra("2026-11-23T22:00Z", "2026-11-23T23:00Z"),
      "closed until 2026-11-23T08:00Z",
    ],
    [
      "goes on from the hours",
      "2026-11-20T12:00Z",
      extra("2026-11-20T18:30Z", "2026-11-20T21:00Z"),
      "open until 2026-11-20T21:00Z",
    ],
    [
      "touches the closing",
      "2026-11-20T12:00Z",
      extra("2026-11-20T19:00Z", "2026-11-20T21:00Z"),
      "open until 2026-11-20T21:00Z",
    ],
    [
      "comes a moment after the closing",
      "2026-11-20T12:00Z",
      extra("2026-11-20T19:00:00.001Z", "2026-11-20T21:00Z"),
      "open until 2026-11-20T19:00Z",
    ],
    [
      "goes over into the hours",
      "2026-11-20T07:30Z",
      extra("2026-11-20T07:15Z", "2026-11-20T08:15Z"),
      "open until 2026-11-20T19:00Z",
    ],
    [
      "lies within the hours",
      "2026-11-20T12:00Z",
      extra("2026-11-20T11:00Z", "2026-11-20T13:00Z"),
      "open until 2026-11-20T19:00Z",
    ],
    [
      "ends before it begins",
      "2026-11-21T12:30Z",
      extra("2026-11-21T13:00Z", "2026-11-21T12:00Z"),
      "closed until 2026-11-23T08:00Z",
    ],
    [
      "is no number",
      "2026-11-21T12:30Z",
      extra("sometime", "2026-11-21T13:00Z"),
      "closed until 2026-11-23T08:00Z",
    ],
  ])("%s", (_, now, opening, expected) => {
    expect(shortly(at(now, osloSite, [opening]))).toBe(expected);
  });

  it("are one when they overlap, in whatever order they were made", () => {
    const openings = [
      extra("2026-11-21T13:00Z", "2026-11-21T15:00Z"),
      extra("2026-11-21T12:00Z", "2026-11-21T14:00Z"),
      extra("2026-11-21T20:00Z", "2026-11-21T21:00Z"),
    ];
    expect(shortly(at("2026-11-21T12:30Z", osloSite, openings))).toBe("open until 2026-11-21T15:00Z");
    expect(shortly(at("2026-11-21T15:00Z", osloSite, openings))).toBe("closed until 2026-11-21T20:00Z");
  });

  it("name the days before them", () => {
    const later = [extra("2026-04-06T10:00Z", "2026-04-06T11:00Z")];
    const window = closedAt("2026-04-01T20:00+02:00", osloSite, later);
    expect(window.skipped.map(({ date }) => date)).toEqual(["2026-04-02", "2026-04-03"]);
  });
});

describe("the end of a live talk", () => {
  const talkAt = (now: string, where = osloSite, openings: ExtraOpening[] = []) =>
    shortly(talkWindow(where, Date.parse(now), openings, 30));

  it.each([
    ["2026-11-20T19:00+01:00", "open until 2026-11-20T19:30Z"],
    ["2026-11-20T20:29:59.999+01:00", "open until 2026-11-20T19:30Z"],
    ["2026-11-20T20:30+01:00", "closed until 2026-11-23T08:00Z"],
    ["2026-12-23T15:29:59+01:00", "open until 2026-12-23T14:30Z"],
    ["2026-11-23T08:45+01:00", "closed until 2026-11-23T08:00Z"],
  ])("%s: %s", (now, expected) => {
    expect(talkAt(now)).toBe(expected);
  });

  it("is after a short opening too, and after midnight", () => {
    const openings = [extra("2026-11-21T12:00Z", "2026-11-21T12:10Z")];
    expect(talkAt("2026-11-21T12:39Z", osloSite, openings)).toBe("open until 2026-11-21T12:40Z");
    const late = siteWith({ week: { monday: [["18:00", "24:00"]] } });
    expect(talkAt("2026-11-24T00:15+01:00", late)).toBe("open until 2026-11-23T23:30Z");
  });

  it("does not come in a break shorter than the grace", () => {
    const lunch = siteWith({
      week: {
        monday: [
          ["09:00", "12:00"],
          ["12:20", "20:00"],
        ],
      },
    });
    expect(talkAt("2026-11-23T11:00+01:00", lunch)).toBe("open until 2026-11-23T19:30Z");
    expect(shortly(at("2026-11-23T11:00+01:00", lunch))).toBe("open until 2026-11-23T11:00Z");
  });
});

describe("closing soon", () => {
  const soonAt = (now: string) => closesSoon(at(now), Date.parse(now), 15);

  it.each([
    ["2026-11-20T19:44:59.999+01:00", null],
    ["2026-11-20T19:45:00.000+01:00", 15],
    ["2026-11-20T19:45:00.001+01:00", 15],
    ["2026-11-20T19:59:59.999+01:00", 1],
    ["2026-11-20T20:00:00.000+01:00", null],
    ["2026-12-23T14:50:00.000+01:00", 10],
  ])("at %s: %s minutes", (now, minutes) => {
    expect(soonAt(now)).toBe(minutes);
  });
});
