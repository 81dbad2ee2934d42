/** The days before the first mentee is let in, and the ways to the coordinators. */
import { expect, test } from "vitest";
import { golden, open } from "./golden.ts";
import { Play } from "./play.ts";
import { oslo } from "./programmes.ts";

test("before the opening the truth, the numbers and no promise; then a coordinator opens", async () => {
  const play = new Play(open, { ...oslo, goLive: "when_ready" });
  const [ingrid, per] = [play.person("Ingrid"), play.person("Per")];
  const nora = play.mentee("Nora");
  nora.does({ input: "mentee_started", parameter: null });
  nora.writes("hello, is anybody there?");
  nora.writes("end the talk");
  nora.writes("i want to kill myself", { level: 3, rules: ["en.intent"] });
  nora.writes("help");
  play.until("2026-11-23 10:11");
  nora.writes("hello again");
  expect(nora.state).toMatchObject({ case: null, consent: null, cases: 0 });
  expect(play.effects.some(({ effect }) => effect === "hold" || effect === "alert")).toBe(false);

  ingrid.writesInStaffGroup("/golive");
  for (const coordinator of [ingrid, per]) {
    coordinator.writesInStaffGroup("/vakt");
    coordinator.starts(null);
  }
  ingrid.writesInStaffGroup("/alarmtest");
  ingrid.taps("Jeg fikk det", true);
  per.writesInStaffGroup("/golive");
  per.taps("Jeg fikk det", true);
  play.supporter("Alex");
  nora.writes("are you open now?");
  ingrid.writesInStaffGroup("/golive");
  per.writesInStaffGroup("/golive");
  nora.writes("and now?");
  expect(nora.state.case?.phase.phase).toBe("intake");
  await golden("before-the-opening", play);
});

test("of two sites one is open: the others' mentees are told so, and nobody of theirs is sought", async () => {
  const [first] = oslo.sites;
  if (!first) throw new Error("a programme without a site");
  const dublin = { ...first, id: "dublin", name: "Dublin", zone: "Europe/Dublin", country: "ie" };
  const play = new Play(open, {
    ...oslo,
    languages: ["en", "nb"],
    goLive: "when_ready",
    sites: [first, dublin],
  });
  const nora = play.mentee("Nora");
  nora.writes("Hello, is anybody there?");
  expect(nora.state).toMatchObject({ case: null, cases: 0 });
  play.apply("sdublin", { input: "go_live", by: "Orla" });
  play.until("2026-11-23 10:11");
  nora.writes("Hello again");
  nora.taps("Oslo");
  expect(nora.state).toMatchObject({ case: null, placed: true, consent: null });
  nora.writes("is it open now?");
  const liam = play.mentee("Liam");
  liam.writes("Hello, i wish i would not wake up", { level: 3, rules: ["en.passive"] });
  liam.taps("Oslo");
  liam.writes("yes");
  expect(liam.state.consent).toBeNull();
  const sean = play.mentee("Sean");
  sean.does({ input: "mentee_started", parameter: "dublin" });
  expect(sean.state.case?.phase.phase).toBe("intake");
  await golden("one-site-of-two-is-open", play);
});

test("a coordinator or a staff group that can't be reached is told to the others, once", async () => {
  const play = new Play(open);
  const [ingrid, per] = [play.person("Ingrid"), play.person("Per")];
  for (const coordinator of [ingrid, per]) {
    coordinator.writesInStaffGroup("/vakt");
    coordinator.starts(null);
  }
  ingrid.writesInStaffGroup("/alarmtest");
  ingrid.taps("Jeg fikk det", true);
  const alex = play.supporter("Alex");
  const nora = play.mentee("Nora");
  nora.writes("hei");
  nora.taps("Ja, det er greit");
  nora.taps("18 eller over");
  alex.taps("Ta imot");
  alex.writes("/varsle jeg er bekymret");
  play.until("2026-11-23 10:15");
  nora.does({ input: "undelivered", to: { author: "bot", reader: ingrid.id }, why: "blocked" });
  nora.does({ input: "undelivered", to: { author: "bot", reader: ingrid.id }, why: "blocked" });
  for (const _ of [1, 2]) {
    nora.does({ input: "undelivered", to: { author: "bot", reader: "staff" }, why: "blocked" });
  }
  ingrid.does({ input: "unblocked" });
  await golden("rungs", play);
});
