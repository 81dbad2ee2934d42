import { describe, expect, test } from "vitest";
import { monthOf, registerOf } from "../../bot/register.ts";
import type { RecordDocument } from "../../models/records.ts";
import { oslo } from "../flows/programmes.ts";

const record: RecordDocument = {
  _id: "t1.1",
  site: "oslo",
  handle: "Blue Heron 27",
  channel: "telegram",
  language: "nb",
  openedAt: new Date("2026-11-03T09:00:00Z"),
  talkingAt: new Date("2026-11-03T09:05:00Z"),
  closedAt: new Date("2026-11-03T23:30:00Z"),
  supporter: "p1",
  closedBy: "mentee",
  wordsIn: 4,
  wordsOut: 3,
  escalated: true,
  highestFlag: 2,
  alerts: [],
  words: true,
  copies: true,
};

describe("npm run register", () => {
  test("writes the organisers' columns, by the day of the site, with what the supporter said", () => {
    const wrapUp = { kind: "studies", way: "chat", support: "listened", advanced: "no" };
    const [head, first, second, end] = registerOf(oslo.register, [
      { records: [{ ...record, wrapUp }, record], zone: "Europe/Oslo" },
    ]).split("\r\n");
    expect(head?.startsWith("\uFEFFdate,site,handle,")).toBe(true);
    expect(first).toBe("2026-11-04,oslo,Blue Heron 27,telegram,nb,studies,chat,listened,no,yes,4,3");
    expect(second).toBe("2026-11-04,oslo,Blue Heron 27,telegram,nb,,,,,yes,4,3");
    expect(end).toBe("");
  });

  test("quotes what must be, and makes no formula of anything", () => {
    const [, row] = registerOf(oslo.register, [
      { records: [{ ...record, handle: '=1+"1",x' }], zone: "Europe/Oslo" },
    ]).split("\r\n");
    expect(row).toContain(`"'=1+""1"",x"`);
  });

  test("knows months", () => {
    expect(monthOf("2026-12")).toEqual({
      from: new Date("2026-12-01T00:00:00Z"),
      to: new Date("2027-01-01T00:00:00Z"),
    });
    for (const text of ["", "2026-13", "12-2026", "2026-1"]) expect(monthOf(text)).toBeNull();
  });
});
