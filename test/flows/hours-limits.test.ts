import { describe, expect, it } from "vitest";
import { answerWindow } from "../../flows/hours.ts";
import oslo from "../../programmes/oslo.json" with { type: "json" };
import { type Hours, programmeSchema } from "../../programmes/programme.ts";
import { at, extra, osloHours, osloSite, shortly, siteWith } from "./hours-sites.ts";

describe("other zones, and nights on which clocks change", () => {
  const nights: Hours["week"] = { saturday: [["22:00", "24:00"]], sunday: [["00:00", "02:30"]] };

  it.each([
    ["Asia/Nicosia", "2026-11-20T07:00:00.000Z", "open until 2026-11-20T18:00Z"],
    ["Asia/Nicosia", "2026-11-20T06:59:59.999Z", "closed until 2026-11-20T07:00Z"],
    ["Asia/Nicosia", "2027-03-26T18:00:00.000Z", "closed until 2027-03-29T06:00Z"],
    ["Europe/Lisbon", "2026-11-20T09:00:00.000Z", "open until 2026-11-20T20:00Z"],
    ["Europe/Lisbon", "2026-07-01T07:59:59.999Z", "closed until 2026-07-01T08:00Z"],
    ["America/St_Johns", "2026-11-20T12:29:59.999Z", "closed until 2026-11-20T12:30Z"],
    ["America/St_Johns", "2026-11-20T12:30:00.000Z", "open until 2026-11-20T23:30Z"],
    ["America/St_Johns", "2027-03-12T23:30:00.000Z", "closed until 2027-03-15T11:30Z"],
  ])("%s at %s: %s", (zone, now, expected) => {
    expect(shortly(at(now, siteWith({ holidays: null, eves: {} }, zone)))).toBe(expected);
  });

  it.each([
    ["an ordinary night", "2026-10-18T00:00Z", "open until 2026-10-18T00:30Z"],
    ["02:30 comes twice: it closes at the first", "2026-10-25T00:00Z", "open until 2026-10-25T00:30Z"],
    ["and stays closed at the second", "2026-10-25T01:15Z", "closed until 2026-10-31T21:00Z"],
    [
      "02:30 does not come: it closes when clocks go forward",
      "2027-03-28T00:30Z",
      "open until 2027-03-28T01:00Z",
    ],
  ])("%s", (_, now, expected) => {
    expect(shortly(at(now, siteWith({ week: nights, holidays: null })))).toBe(expected);
  });

  it("a span within the lost hour is no opening, and spans on either side of it are one", () => {
    const lost = siteWith({ week: { sunday: [["02:00", "03:00"]] }, holidays: null });
    expect(shortly(at("2027-03-27T12:00Z", lost))).toBe("closed until 2027-04-04T00:00Z");
    expect(at("2027-03-27T12:00Z", lost)).toMatchObject({ skipped: [] });
    const around = siteWith({
      week: {
        sunday: [
          ["01:00", "02:00"],
          ["03:00", "04:00"],
        ],
      },
      holidays: null,
    });
    expect(shortly(at("2027-03-28T00:30Z", around))).toBe("open until 2027-03-28T02:00Z");
    expect(shortly(at("2027-03-21T00:30Z", around))).toBe("open until 2027-03-21T01:00Z");
  });
});

describe("hours that are not known", () => {
  const now = "2026-11-20T12:00Z";
  const unreadable = { open: false, opensAt: null, why: { kind: "unreadable" }, skipped: [] };

  it("not decided: closed", () => {
    expect(at(now, { ...osloSite, hours: null })).toEqual({
      open: false,
      opensAt: null,
      why: { kind: "undecided" },
      skipped: [],
    });
  });

  it("none in the week: closed, without an opening", () => {
    expect(at(now, siteWith({ week: {} }))).toEqual({
      open: false,
      opensAt: null,
      why: { kind: "closed_day" },
      skipped: [],
    });
  });

  it("an opening 400 days ahead is found, one after that is not", () => {
    const spans: Hours["openings"][number]["spans"] = [["09:00", "10:00"]];
    const once = (date: string) => siteWith({ week: {}, openings: [{ date, spans }] });
    expect(shortly(at(now, once("2027-12-25")))).toBe("closed until 2027-12-25T08:00Z");
    expect(shortly(at(now, once("2027-12-26")))).toBe("closed");
  });

  it("none in the week: a coordinator's opening is the next", () => {
    const openings = [extra("2026-11-20T18:00Z", "2026-11-20T19:00Z")];
    expect(shortly(at(now, siteWith({ week: {} }), openings))).toBe("closed until 2026-11-20T18:00Z");
  });

  const thursday: [string, string][] = [["9:00", "20:00"]];
  it.each<[string, Partial<Hours>]>([
    ["a time without its zero, on another day", { week: { ...osloHours.week, thursday } }],
    ["a time that is none", { week: { monday: [["09:00", "25:00"]] } }],
    ["a span that ends before it begins", { week: { monday: [["20:00", "09:00"]] } }],
    ["an eve at noon in words", { eves: { christmas_eve: "noon" } }],
    ["a closure of no date", { closures: [{ from: "2026-02-30", to: "2026-03-01", reason: { en: "x" } }] }],
    [
      "a closure that ends before it begins",
      { closures: [{ from: "2026-12-02", to: "2026-12-01", reason: { en: "x" } }] },
    ],
    ["an opening on no date", { openings: [{ date: "tomorrow", spans: [["09:00", "10:00"]] }] }],
    ["an opening of no time", { openings: [{ date: "2026-12-01", spans: [["09:00", "soon"]] }] }],
  ])("%s: closed", (_, hours) => {
    expect(at(now, siteWith(hours))).toEqual(unreadable);
  });

  it("a closure that ends before it begins does not pass the check of the file", () => {
    const withClosure = (from: string, to: string) => {
      const closures = [{ from, to, reason: { en: "a training day" } }];
      return { ...oslo, sites: [{ ...osloSite, hours: { ...osloHours, closures } }] };
    };
    expect(programmeSchema.safeParse(withClosure("2026-12-01", "2026-12-01")).success).toBe(true);
    expect(programmeSchema.safeParse(withClosure("2026-12-02", "2026-12-01")).success).toBe(false);
  });

  it("no zone, no calendar, no clock: closed", () => {
    expect(at(now, { ...osloSite, zone: "Europe/Olso" })).toEqual(unreadable);
    const elsewhere = JSON.parse(JSON.stringify({ ...osloHours, holidays: "se" }));
    expect(at(now, { ...osloSite, hours: elsewhere })).toEqual(unreadable);
    expect(at(now, { ...osloSite, hours: JSON.parse('{"week":{}}') })).toEqual(unreadable);
    for (const clock of [Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, -1e15]) {
      expect(answerWindow(osloSite, clock, [])).toEqual(unreadable);
    }
  });

  it("a coordinator can open all the same", () => {
    const openings = [
      extra("2026-11-20T11:30Z", "2026-11-20T12:30Z"),
      extra("2026-11-20T18:00Z", "2026-11-20T19:00Z"),
    ];
    for (const where of [
      { ...osloSite, hours: null },
      { ...osloSite, zone: "nowhere" },
    ]) {
      expect(shortly(at(now, where, openings))).toBe("open until 2026-11-20T12:30Z");
      expect(shortly(at("2026-11-20T13:00Z", where, openings))).toBe("closed until 2026-11-20T18:00Z");
    }
  });
});
