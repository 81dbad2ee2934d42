import { describe, expect, test } from "vitest";
import { listed } from "../../commands/helplines.ts";
import { readHelplines } from "../../programmes/helplines.ts";

const countries = readHelplines();

describe("npm run helplines", () => {
  test("lists every line with its date, and is content while all are fresh", () => {
    const { ok, text } = listed(countries, Date.parse("2026-12-01T12:00:00Z"));
    expect(ok).toBe(true);
    expect(text).toContain("no.mentalhelse (crisis): 116 123");
    expect(text).toContain("left out: 112: that one number");
  });

  test("says which lines are due after 180 days", () => {
    const { ok, text } = listed(countries, Date.parse("2027-06-01T12:00:00Z"));
    expect(ok).toBe(false);
    expect(text).toContain("DUE  no.mentalhelse");
  });

  test("says when nobody is called for in a country", () => {
    const norway = countries.get("no");
    if (!norway) throw new Error("no file of Norway");
    const helplines = norway.helplines.filter(({ kind }) => kind !== "emergency");
    const { ok, text } = listed(
      new Map([["no", { ...norway, helplines }]]),
      Date.parse("2026-12-01T12:00:00Z"),
    );
    expect(ok).toBe(false);
    expect(text).toContain("MISSING: nobody is called for: ambulance");
  });
});
