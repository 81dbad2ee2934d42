import { describe, expect, test } from "vitest";
import { checksOf, type Facts, report } from "../../commands/ready.ts";
import type { PersonState } from "../../flows/state.ts";
import { oslo } from "../flows/programmes.ts";

const config: Facts["config"] = {
  simulation: false,
  publicUrl: null,
  messenger: null,
  telegram: null,
  programme: oslo,
};

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

const facts: Facts = {
  config,
  now: Date.parse("2026-12-01T12:00:00Z"),
  channels: [{ name: "telegram:team", answers: true }],
  reachable: null,
  unclaimed: [],
  people: [person],
};

const crosses = (change: Partial<Facts>) =>
  checksOf({ ...facts, ...change })
    .filter(({ ok }) => !ok)
    .map(({ what }) => what);

describe("npm run ready", () => {
  test("is content when everything that can be checked is well, and names what only people can know", () => {
    const { ok, text } = report(checksOf(facts));
    expect(ok).toBe(true);
    expect(text).toContain("✓ A supporter has promised");
    expect(text).toContain("The encryption keys are copied");
  });

  test.each<[string, Partial<Facts>, string]>([
    ["nothing is configured", { config: { ...config, simulation: true } }, "Channels are configured"],
    ["a token is wrong", { channels: [{ name: "messenger", answers: false }] }, "messenger takes our token"],
    ["nobody reaches us", { reachable: false }, "The public address answers, with a certificate"],
    ["no group", { unclaimed: ["Oslo"] }, "The staff group is known"],
    [
      "no alarm was answered",
      { people: [{ ...person, coordinator: { name: "Ingrid", onDuty: true, testedAt: null } }] },
      "A coordinator can be called in their own chat, and has answered a test alarm",
    ],
    [
      "nobody is trained",
      { people: [{ ...person, supporter: null }] },
      "A supporter has promised confidentiality and is trained",
    ],
    [
      "numbers are old",
      { now: Date.parse("2027-08-01T12:00:00Z") },
      "Every helpline that is shown was checked in the last 180 days",
    ],
  ])("says so when %s, and what to do", (_, change, what) => {
    expect(crosses(change)).toEqual([what]);
    expect(report(checksOf({ ...facts, ...change })).ok).toBe(false);
  });
});
