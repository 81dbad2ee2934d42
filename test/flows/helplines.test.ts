/** Which lines a card shows: of the country, awake now, for this age and this danger. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Asking,
  cardOf,
  dueForVerification,
  lineAtAnyHour,
  missingEmergency,
} from "../../flows/helplines.ts";
import { type Helplines, readHelplines } from "../../programmes/helplines.ts";

const countries = readHelplines();
const of = (country: string): Helplines => {
  const found = countries.get(country);
  if (!found) throw new Error(`no file of ${country}`);
  return found;
};
const sundayNight = Date.parse("2026-11-22T01:00:00Z");
const tuesday = Date.parse("2026-11-24T14:00:00Z");
const asking: Asking = { now: tuesday, age: null, language: "no", danger: { level: 2, kind: "self" } };
const shown = (country: string, change: Partial<Asking> = {}) =>
  cardOf(of(country), { ...asking, ...change }).lines.map(({ at }) => at);

describe("a card", () => {
  test("begins with the ambulance, then a doctor, then people to talk and to write with", () => {
    expect(shown("no")).toEqual(["113", "116 117", "116 123", "https://sidetmedord.no"]);
  });

  test("leaves the emergency number to the line above when life is in danger", () => {
    const card = cardOf(of("no"), { ...asking, danger: { level: 4, kind: "self" } });
    expect(card.emergency?.at).toBe("113");
    expect(card.lines.map(({ at }) => at)).not.toContain("113");
  });

  test("begins with the police for abuse and violence, and names the line for it", () => {
    expect(shown("no", { age: "18plus", danger: { level: 3, kind: "abuse" } })).toEqual([
      "112",
      "113",
      "116 006",
      "116 123",
    ]);
    expect(shown("no", { danger: { level: 3, kind: "violence" } })[0]).toBe("112");
    expect(shown("no", { age: "15to17", danger: { level: 3, kind: "abuse" } })).toContain("116 111");
  });

  test("names the line for the young to the young, and not to those whom it does not answer", () => {
    expect(shown("no", { age: "15to17" })).toContain("116 111");
    expect(shown("no", { age: "18plus" })).not.toContain("116 111");
    expect(shown("hu", { age: "18plus" })).toContain("116-111");
  });

  test("shows nobody who sleeps while somebody else is awake", () => {
    expect(shown("rs")).toContain("0800 300 303");
    expect(shown("rs", { now: sundayNight })).not.toContain("0800 300 303");
    expect(shown("fr", { now: sundayNight })).not.toContain("0 800 235 236");
  });

  test("says when the first one wakes where nobody is awake", () => {
    const { lines } = cardOf(of("it"), { ...asking, now: sundayNight });
    expect(lines.at(-1)?.answers).toEqual({ is: "closed", opens: Date.parse("2026-11-22T08:00:00Z") });
  });

  test("never shows what nobody has checked, nor a place that is not for such an hour", () => {
    const everything = ["18plus", "15to17", null].flatMap((age) =>
      [tuesday, sundayNight].flatMap((now) => shown("no", { age: age as Asking["age"], now })),
    );
    expect(everything).not.toContain("23 48 70 90");
    expect(everything).not.toContain("https://sio.no");
    expect(everything).not.toContain("22 59 13 00");
  });

  test("has at most four lines, whoever asks, and always an emergency number", () => {
    const asks = fc.record({
      country: fc.constantFrom(...[...countries.keys()].filter((country) => country !== "fallback")),
      now: fc.integer({ min: tuesday, max: tuesday + 400 * 86_400_000 }),
      age: fc.constantFrom(null, "under15" as const, "15to17" as const, "18plus" as const),
      language: fc.constantFrom("no", "en", "sr", "hu"),
      level: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const, 4 as const),
      kind: fc.constantFrom(
        "self" as const,
        "minor" as const,
        "abuse" as const,
        "third_person" as const,
        "violence" as const,
        "medical" as const,
        "help" as const,
      ),
    });
    fc.assert(
      fc.property(asks, ({ country, level, kind, ...rest }) => {
        const card = cardOf(of(country), { ...rest, danger: { level, kind } });
        expect(card.emergency).not.toBeNull();
        expect(card.lines.length).toBeLessThanOrEqual(4);
        expect(new Set(card.lines.map(({ at }) => at)).size).toBe(card.lines.length);
      }),
    );
  });
});

describe("one line for any hour", () => {
  test("is one that always answers", () => {
    expect(lineAtAnyHour(of("no"), asking)?.at).toBe("116 123");
    expect(lineAtAnyHour(of("it"), asking)).toBeNull();
  });
});

describe("what has to be checked", () => {
  test("is what nobody has looked at for 180 days", () => {
    const dateOf = (days: number) => Date.parse("2026-11-21T12:00:00Z") + days * 86_400_000;
    expect(dueForVerification(of("no"), dateOf(180))).toEqual([]);
    expect(dueForVerification(of("no"), dateOf(181)).map(({ id }) => id)).toContain("no.mentalhelse");
  });

  test("is never what is not shown", () => {
    const late = Date.parse("2028-01-01T00:00:00Z");
    expect(dueForVerification(of("no"), late).map(({ id }) => id)).not.toContain("no.oslo.ssa");
  });

  test("is a country without an ambulance or the police", () => {
    expect(missingEmergency(of("no"))).toEqual([]);
    const without = { ...of("no"), helplines: of("no").helplines.filter(({ phone }) => phone !== "112") };
    expect(missingEmergency(without)).toEqual(["police"]);
  });
});
