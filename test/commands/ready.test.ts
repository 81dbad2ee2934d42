import { describe, expect, test } from "vitest";
import { checksOf } from "../../bot/checks.ts";
import { countPeople, hasAllTexts } from "../../bot/readiness.ts";
import { report } from "../../commands/ready.ts";
import type { PersonState } from "../../flows/state.ts";
import type { Readiness } from "../../flows/world.ts";
import { oslo } from "../flows/programmes.ts";

const ready: Readiness = {
  channels: [{ name: "telegram:team", answers: true }],
  reachable: null,
  staffGroup: "reachable",
  testedCoordinators: 2,
  trainedSupporters: 1,
  hours: true,
  emergencyNumbers: true,
  helplinesVerified: true,
  texts: true,
};

const crosses = (change: Partial<Readiness>) =>
  checksOf({ ...ready, ...change }, "no").filter(({ ok }) => !ok);

describe("npm run ready", () => {
  test("is content when everything that can be checked is well, and names what only people can know", () => {
    const { ok, text } = report(checksOf(ready, "no"), false);
    expect(ok).toBe(true);
    expect(text).toContain("✓ A supporter has promised");
    expect(text).toContain("The encryption keys are copied");
    expect(text).toContain("/golive");
  });

  test.each<[string, Partial<Readiness>, string]>([
    ["nothing is configured", { channels: [] }, "Set TELEGRAM_TEAM_TOKEN"],
    [
      "a token is wrong",
      { channels: [{ name: "messenger", answers: false }] },
      "Check the token of messenger",
    ],
    ["nobody reaches us", { reachable: false }, "Start Peerline and its TLS proxy"],
    ["no group", { staffGroup: "unknown" }, "write there what npm run claim prints"],
    ["the group has thrown us out", { staffGroup: "unreachable" }, "to the staff group again"],
    ["one coordinator is alone", { testedCoordinators: 1 }, "then /alarmtest"],
    ["nobody is trained", { trainedSupporters: 0 }, "Write /invite"],
    ["nobody decided the hours", { hours: false }, "Write the hours"],
    ["the country is new", { emergencyNumbers: false }, "programmes/helplines/no.json"],
    ["numbers are old", { helplinesVerified: false }, "npm run helplines"],
    ["a language is half done", { texts: false }, "Complete locales/"],
  ])("says so when %s, and what to do", (_, change, todo) => {
    const found = crosses(change);
    expect(found.map((check) => check.todo)).toEqual([expect.stringContaining(todo)]);
    expect(report(found, false).ok).toBe(false);
  });
});

const person: PersonState = {
  schema: 1,
  id: "p1",
  site: "oslo",
  language: "nb",
  supporter: {
    name: "Kari",
    languages: ["nb"],
    agreement: { version: 1, at: 0 },
    approvedAt: 0,
    suspended: false,
    available: false,
    availableSince: null,
    cases: [],
    reserved: [],
    current: null,
    wrapUps: [],
    unsent: [],
  },
  coordinator: { name: "Ingrid", onDuty: true, testedAt: 0 },
  invitations: [],
  reachable: true,
  met: true,
};

describe("who is counted on", () => {
  test("are coordinators who answered a test alarm, and supporters who are trained", () => {
    expect(countPeople([person])).toEqual({ testedCoordinators: 1, trainedSupporters: 1 });
  });

  test.each<[string, Partial<PersonState>]>([
    ["answered no test alarm", { coordinator: { name: "Ingrid", onDuty: true, testedAt: null } }],
    ["blocked the team bot", { reachable: false }],
    ["never opened its chat", { met: false }],
    ["left the staff group", { coordinator: null }],
  ])("is no coordinator who %s", (_, change) => {
    expect(countPeople([{ ...person, ...change }]).testedCoordinators).toBe(0);
  });
});

test("texts are complete when the site's own reasons are there in every language, too", () => {
  const site = oslo.sites[0] ?? expect.fail("no site");
  const closedFor = (reason: Partial<Record<"nb" | "en", string>>) => ({
    hours: site.hours && { ...site.hours, closures: [{ from: "2026-12-01", to: "2026-12-02", reason }] },
  });
  expect(hasAllTexts(oslo, site)).toBe(true);
  expect(hasAllTexts(oslo, closedFor({ nb: "eksamen", en: "exams" }))).toBe(true);
  expect(hasAllTexts(oslo, closedFor({ nb: "eksamen" }))).toBe(false);
});
